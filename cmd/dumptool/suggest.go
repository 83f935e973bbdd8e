package main

import (
	"strings"

	"github.com/dumptool/dumptool/internal/nearest"
)

// didYouMean returns a hint with the candidates nearest to word, "" if none is near. Show is put before each.
func didYouMean(word string, candidates []string, show string) string {
	names := nearest.Names(word, candidates)
	if len(names) == 0 {
		return ""
	}
	for i := range names {
		names[i] = show + names[i]
	}
	return "did you mean " + orList(names) + "?"
}

// orList writes "a", "a or b", "a, b or c".
func orList(words []string) string {
	last := len(words) - 1
	if last <= 0 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
