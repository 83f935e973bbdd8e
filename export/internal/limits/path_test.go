package limits

import "testing"

func TestBadPath(t *testing.T) {
	for path, want := range map[string]string{
		"/a":             "",
		"/a/b c/ü":       "",
		"/...":           "",
		"/\U0001F600":    "",
		"":               "it is not below the root",
		"/":              "it is not below the root",
		"a/b":            "it is not below the root",
		"//a":            "a component is empty",
		"/a/":            "a component is empty",
		"/a/./b":         "a component is .",
		"/a/..":          "a component is ..",
		"/a\xff":         "it is not UTF-8",
		"/a\x00":         "it has the character U+0000",
		"/a\u001f":       "it has the character U+001F",
		"/a\u007f":       "it has the character U+007F",
		"/a\u009f":       "it has the character U+009F",
		"/a\ue000":       "it has the character U+E000",
		"/a\uf8ff":       "it has the character U+F8FF",
		"/a\ufff0":       "it has the character U+FFF0",
		"/a\u0020\u00a0": "",
	} {
		if got := BadPath(path); got != want {
			t.Errorf("BadPath(%q) = %q, want %q", path, got, want)
		}
	}
}
