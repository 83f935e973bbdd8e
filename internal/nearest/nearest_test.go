package nearest

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNames(t *testing.T) {
	commands := []string{"pretty", "info", "ls", "get", "query", "find", "diff", "patch", "filter", "version", "verify"}
	for _, c := range []struct{ word, want string }{
		{"dif", "diff"},
		{"DIFF", "diff"},
		{"verison", "version"},
		{"ver", "verify version"},
		{"prety", "pretty"},
		{"gte", "get"},
		{"l", "ls"},
		{"q", ""},
		{"something", ""},
		{"", ""},
	} {
		if got := strings.Join(Names(c.word, commands), " "); got != c.want {
			t.Errorf("Names(%q) = %q, want %q", c.word, got, c.want)
		}
	}
	if got := Names("virtual_netwrok", []string{"virtual_network", "virtual_router", "virtual_network"}); len(got) != 1 {
		t.Errorf("got %q, want virtual_network once", got)
	}
	if got := Names("ab", []string{"ab1", "ab2", "ab3", "ab4"}); strings.Join(got, " ") != "ab1 ab2 ab3" {
		t.Errorf("got %q, want the first three", got)
	}
}

// The distance is symmetric, zero only for equal words, and one for one edit.
func TestEditDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zäß_]{2,12}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if editDistance(a, b) != editDistance(b, a) {
			t.Fatal("not symmetric")
		}
		if (editDistance(a, b) == 0) != (a == b) {
			t.Fatal("zero for different words, or not zero for equal ones")
		}
		letters := []rune(a)
		i := rapid.IntRange(0, len(letters)-2).Draw(t, "i")
		if d := editDistance(a, string(letters[:i])+string(letters[i+1:])); d != 1 {
			t.Fatalf("a deletion costs %d", d)
		}
		letters[i], letters[i+1] = letters[i+1], letters[i]
		if d := editDistance(a, string(letters)); d > 1 {
			t.Fatalf("a swap costs %d", d)
		}
	})
}
