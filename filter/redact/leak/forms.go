package leak

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// form is one way in which an original can stand in a text.
type form struct {
	text  []byte
	exact bool // in this case only: base64
	word  bool // between borders of words only
}

// maxLevels is how many JSON strings inside of each other are thought of.
const maxLevels = 6

// longPart is the length of the parts in which long originals are searched for,
// so that a piece of a key is found too.
const longPart = 48

// longText is how much of an identifier is searched for.
const longText = 512

// forms calls f with each form of an original.
func forms(o Original, f func(form)) {
	word := o.Kind != Secret
	text := o.Text
	if word && len(text) > longText {
		// Parts of a description are in others too.
		text = text[:longText]
	}
	if !word && len(text) > 2*longPart {
		for len(text) >= longPart {
			end := longPart
			if len(text) < 2*longPart {
				end = len(text)
			}
			formsOf(text[:end], word, o.Kind.Least(), f)
			text = text[end:]
		}
		return
	}
	formsOf(text, word, o.Kind.Least(), f)
}

func formsOf(text []byte, word bool, least int, f func(form)) {
	give := func(t []byte, exact, word bool) {
		if len(t) >= least {
			f(form{t, exact, word})
		}
	}
	give(text, false, word)
	level := text
	for range maxLevels {
		next := jsonscan.AppendEscaped(nil, level)
		if bytes.Equal(next, level) {
			break
		}
		give(next, false, word)
		level = next
	}
	if quoted := []byte(url.QueryEscape(string(text))); !bytes.Equal(quoted, text) {
		give(quoted, false, word)
		if path := []byte(url.PathEscape(string(text))); !bytes.Equal(path, quoted) && !bytes.Equal(path, text) {
			give(path, false, word)
		}
	}
	give(hex.AppendEncode(nil, text), false, false)
	for shift := range 3 {
		core := base64Core(text, shift)
		give(core, true, false)
		if bytes.ContainsAny(core, "+/") {
			safe := bytes.ReplaceAll(bytes.ReplaceAll(core, []byte{'+'}, []byte{'-'}), []byte{'/'}, []byte{'_'})
			give(safe, true, false)
		}
	}
}

// base64Core returns the characters of base64 that depend on nothing but text,
// where so many bytes more than a multiple of three stand before it.
func base64Core(text []byte, before int) []byte {
	padded := append(make([]byte, before, before+len(text)), text...)
	encoded := make([]byte, base64.RawStdEncoding.EncodedLen(len(padded)))
	base64.RawStdEncoding.Encode(encoded, padded)
	from := (before*8 + 5) / 6
	to := len(padded) * 8 / 6
	if from >= to {
		return nil
	}
	return encoded[from:to]
}
