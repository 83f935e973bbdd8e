package redact

import (
	"bytes"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// eachMember calls f with the decoded names and the raw values of the object at
// start, until f returns false or the text makes no sense.
func eachMember(src []byte, start int, f func(name, value []byte) bool) {
	w := walker{src: src, i: start + 1}
	for {
		w.space()
		if w.peek() != '"' {
			return
		}
		name := w.quoted()
		w.space()
		if w.bad || !w.eat(':') {
			return
		}
		w.space()
		from := w.i
		if !w.skip() {
			return
		}
		if bytes.IndexByte(name, '\\') >= 0 {
			name = jsonscan.AppendDecoded(nil, name)
		}
		if !f(name, src[from:w.i]) {
			return
		}
		w.space()
		if w.peek() != ',' {
			return
		}
		w.i++
	}
}

// skip goes past one value.
func (w *walker) skip() bool {
	depth := 0
	for w.i < len(w.src) {
		switch w.src[w.i] {
		case '"':
			if w.quoted(); w.bad {
				return false
			}
			if depth == 0 {
				return true
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return true
			}
			if depth--; depth == 0 {
				w.i++
				return true
			}
		case ',':
			if depth == 0 {
				return true
			}
		}
		w.i++
	}
	return depth == 0
}

// offsetOf returns where a value that memberOf has found stands in its text. The same bytes may stand there twice, such as [].
func offsetOf(value, src []byte) int { return cap(src) - cap(value) }

// memberOf returns the raw value of a member of the object at start; nil if
// there is none.
func memberOf(src []byte, start int, name string) (found []byte) {
	eachMember(src, start, func(n, value []byte) bool {
		if string(n) == name {
			found = bytes.TrimRight(value, " \t\r\n")
		}
		return found == nil
	})
	return found
}
