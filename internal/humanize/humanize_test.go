package humanize

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSize(t *testing.T) {
	for _, c := range []struct {
		bytes int64
		want  string
	}{
		{0, "0 B"},
		{1023, "1023 B"},
		{1024, "1 KiB"},
		{1536, "1.5 KiB"},
		{1024*1024 - 1, "1 MiB"},
		{256 << 20, "256 MiB"},
		{10_000_000_000, "9.3 GiB"},
		{math.MaxInt64, "8 EiB"},
		{-2048, "-2 KiB"},
		{math.MinInt64, "-8 EiB"},
	} {
		if got := Size(c.bytes); got != c.want {
			t.Errorf("Size(%d) = %q, want %q", c.bytes, got, c.want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
	}{
		{"0", 0},
		{"4096", 4096},
		{"17B", 17},
		{"64k", 64 << 10},
		{"256MiB", 256 << 20},
		{" 256 mib ", 256 << 20},
		{"1G", 1 << 30},
		{"1GB", 1_000_000_000},
		{"1.5G", 3 << 29},
		{"1.1T", 1209462790553},
		{"0.0000000000000000001P", 0},
		{"8191P", 8191 << 50},
		{"9223372036854775807", math.MaxInt64},
	} {
		got, err := ParseSize(c.text)
		if err != nil || got != c.want {
			t.Errorf("ParseSize(%q) = %d, %v, want %d", c.text, got, err, c.want)
		}
	}
}

func TestParseSizeRefuses(t *testing.T) {
	for _, text := range []string{
		"", "G", "-1", "+1", "1..5G", "1.G", ".5G", "1.5.5", "1XB", "1 G B", "0x10", "1e3", "9223372036854775808", "8192P",
		"8191.99999999999999999999P1", "99999999999999999999",
	} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("ParseSize(%q) = %d, want an error", text, got)
		} else if !strings.Contains(err.Error(), "size") {
			t.Errorf("ParseSize(%q): %v does not say what is wrong", text, err)
		}
	}
}

// What Size prints can be given back as a flag and comes within its own rounding.
func TestSizeReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.Int64Range(0, 1<<50).Draw(t, "bytes")
		got, err := ParseSize(Size(bytes))
		if err != nil {
			t.Fatal(err)
		}
		if diff := math.Abs(float64(got - bytes)); diff > float64(bytes)*0.05+1 {
			t.Fatalf("%d prints as %s, which reads as %d", bytes, Size(bytes), got)
		}
	})
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n    int64
		want string
	}{
		{0, "0"}, {999, "999"}, {1000, "1,000"}, {1234567, "1,234,567"}, {-100, "-100"}, {-12345, "-12,345"},
		{math.MinInt64, "-9,223,372,036,854,775,808"},
	} {
		if got := Count(c.n); got != c.want {
			t.Errorf("Count(%d) = %q, want %q", c.n, got, c.want)
		}
	}
	if got := Plural(1, "object") + ", " + Plural(0, "row") + ", " + Plural(2000, "node"); got != "1 object, 0 rows, 2,000 nodes" {
		t.Errorf("Plural: %s", got)
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0.0s"},
		{840 * time.Millisecond, "0.8s"},
		{9949 * time.Millisecond, "9.9s"},
		{9950 * time.Millisecond, "10s"},
		{59600 * time.Millisecond, "1m00s"},
		{185 * time.Second, "3m05s"},
		{2*time.Hour + 4*time.Minute + 59*time.Second, "2h04m"},
		{74 * time.Hour, "3d02h"},
		{-42 * time.Second, "-42s"},
	} {
		if got := Duration(c.d); got != c.want {
			t.Errorf("Duration(%v) = %q, want %q", c.d, got, c.want)
		}
	}
}
