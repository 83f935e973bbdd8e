package term

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEscape(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"default-domain:demo:net1", "default-domain:demo:net1"},
		{`C:\temp`, `C:\temp`},
		{"naïve 网络 ネット 👍", "naïve 网络 ネット 👍"},
		{"a\nb\r\tc", `a\nb\r\tc`},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"del\x7f c1\u009b", `del\x7f c1\x9b`},
		{"txt\u202egnp.exe", `txt\u202egnp.exe`},
		{"zero\u200bwidth \ufeffbom", `zero\u200bwidth \ufeffbom`},
		{"line\u2028sep", `line\u2028sep`},
		{"tag\U000e0041", `tag\U000e0041`},
		{"bad \xff\xc3 utf8 \xed\xa0\x80", `bad \xff\xc3 utf8 \xed\xa0\x80`},
		{"real \ufffd stays", "real \ufffd stays"},
	} {
		if got := Escape(c.text); got != c.want {
			t.Errorf("Escape(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	if got, want := EscapeLines("a\x1b\nb\r\n"), "a\\x1b\nb\\r\n"; got != want {
		t.Errorf("EscapeLines: %q, want %q", got, want)
	}
}

// Whatever comes in, what goes out can't move a cursor.
func TestEscapeIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got := Escape(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("Escape(%q) = %q", text, got)
		}
		if Escape(got) != got {
			t.Fatalf("Escape(%q) is not stable", text)
		}
	})
}

func TestColumns(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0}, {"abc", 3}, {"é", 1}, {"e\u0301", 1}, {"网络", 4}, {"ｗｉｄｅ", 8}, {"👍", 2}, {"…", 1},
	} {
		if got := Columns(c.text); got != c.want {
			t.Errorf("Columns(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdef", 5, "abcd…"}, {"abcdef", 1, "…"}, {"abcdef", 0, ""},
		{"网络网络", 8, "网络网络"}, {"网络网络", 7, "网络网…"}, {"网络网络", 6, "网络…"}, {"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
	} {
		got := Truncate(c.text, c.limit)
		if got != c.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
		if Columns(got) > max(c.limit, 0) {
			t.Errorf("Truncate(%q, %d) takes %d columns", c.text, c.limit, Columns(got))
		}
	}
}

func TestTable(t *testing.T) {
	table := NewTable("type", ">objects", "note")
	var b strings.Builder
	if err := table.Write(&b, Style{}); err != nil || b.String() != "" {
		t.Errorf("an empty table: %q, %v", b.String(), err)
	}
	table.Row("virtual_network", "1,200", "")
	table.Row("网络", "7", "a\x1bb", "dropped")
	table.Row("x")
	if err := table.Write(&b, Style{}); err != nil {
		t.Fatal(err)
	}
	want := "" +
		"type             objects  note\n" +
		"virtual_network    1,200\n" +
		"网络                   7  a\\x1bb\n" +
		"x\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
