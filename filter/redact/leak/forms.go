package leak

import (
	"bytes"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// maxLevels is how many JSON strings inside of each other are thought of.
const maxLevels = 6

// longPart is the length of the parts in which long secrets are searched for,
// so that a piece of a key is found too.
const longPart = 48

// longText is how much of an identifier is searched for: parts of a description
// are in others too.
const longText = 512

// forms calls f with each form in which an original is searched for.
func forms(o Original, f func(text []byte)) {
	text := o.Text
	if o.Kind != Secret {
		escaped(text[:min(len(text), longText)], o.Kind.Least(), f)
		return
	}
	if len(text) <= 2*longPart || text[0] == '{' || text[0] == '[' { // the beginning of a document tells nothing
		escaped(text, o.Kind.Least(), f)
		return
	}
	for len(text) >= longPart {
		end := longPart
		if len(text) < 2*longPart {
			end = len(text)
		}
		escaped(text[:end], o.Kind.Least(), f)
		text = text[end:]
	}
}

// escaped gives a text and what it is inside of JSON strings.
func escaped(text []byte, least int, f func([]byte)) {
	for range maxLevels + 1 {
		if len(text) >= least {
			f(text)
		}
		next := jsonscan.AppendEscaped(nil, text)
		if bytes.Equal(next, text) {
			return
		}
		text = next
	}
}
