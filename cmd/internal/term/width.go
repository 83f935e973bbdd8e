package term

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Columns returns how many columns of a terminal the text takes: two for a wide character, none for a combining one.
// The text must have passed Escape.
func Columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

// Truncate cuts text to at most limit columns; where something is cut off the last column is "…".
func Truncate(text string, limit int) string {
	if len(text) <= limit || Columns(text) <= limit {
		return text
	}
	if limit <= 0 {
		return ""
	}
	n := 0
	for i, r := range text {
		if n += runeColumns(r); n > limit-1 {
			return text[:i] + "…"
		}
	}
	return text
}

// PadRight fills text with blanks to the given number of columns.
func PadRight(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-Columns(text)))
}

// PadLeft puts blanks before text to make it the given number of columns wide.
func PadLeft(text string, columns int) string {
	return strings.Repeat(" ", max(0, columns-Columns(text))) + text
}

func runeColumns(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
