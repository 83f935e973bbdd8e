package jsonscan

import (
	"bytes"
	"fmt"
	"io"
)

// Kind tells what a token is.
type Kind uint8

// The kinds of tokens. Commas and colons are checked and not reported.
const (
	EOF         Kind = iota // the document is complete and nothing but white space follows
	Invalid                 // the text is not JSON, or reading failed: see Err
	ObjectStart             // {
	ObjectEnd               // }
	ArrayStart              // [
	ArrayEnd                // ]
	Key                     // the name of a member, colon included
	String                  // a string as a value
	Number                  // a number
	Literal                 // true, false, null
	Constant                // NaN, Infinity, -Infinity: Python writes them, JSON has no such thing
)

const (
	windowSize = 256 << 10
	// MaxToken is the number of bytes from which on a string is handed over in
	// parts. Numbers beyond it are refused.
	MaxToken = 1 << 20
	// MaxName is the number of bytes from which on a name is refused.
	MaxName  = 16 << 20
	maxDepth = 10_000
)

// Error says where the text stops being JSON.
type Error struct {
	Offset    int64 // bytes from the beginning of the input
	Message   string
	Truncated bool // the input ended too early
}

func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d", e.Message, e.Offset) }

// Flaw is something in a string that a reader can go past.
type Flaw uint8

// The flaws that a scanner reports to Options.OnFlaw.
const (
	BadUTF8       Flaw = iota // a byte that is not UTF-8
	ControlChar               // a raw control character inside of a string
	LoneSurrogate             // an escape \ud800 to \udfff that is not part of a pair
	ByteOrderMark             // U+FEFF before the document
)

// Options change what a Scanner accepts.
type Options struct {
	// OnFlaw is asked about each flaw, with its offset. An error ends the scan
	// with that error. Without OnFlaw, BadUTF8 and ControlChar end the scan
	// and the others are passed over.
	OnFlaw func(f Flaw, offset int64, message string) error
	// WTF8 accepts surrogates that are encoded as three bytes: text that was
	// taken out of a string with lone surrogates.
	WTF8 bool
}

// what the grammar allows next
type state uint8

const (
	wantValue      state = iota // a value
	wantElement                 // a value or ]
	wantKey                     // a name
	wantFirstKey                // a name or }
	wantComma                   // a comma or the end of the object or array
	wantEnd                     // nothing but white space
	wantStringRest              // the rest of a string that was handed over in part
)

// Scanner reads one JSON document. Slices that it returns are valid until the
// next call.
type Scanner struct {
	r    io.Reader
	opts Options

	buf  []byte // the window; the last blockSize bytes of its capacity are padding
	n    int    // bytes of input in buf
	done int    // bytes of buf that are indexed
	cur  int    // bytes of buf that are consumed
	base int64  // offset of buf[0] in the input
	eof  bool   // the input has no more bytes than those in buf

	idx   []uint32 // positions in buf
	i     int      // first position in idx that is not consumed
	words []uint64
	carry carry

	state   state
	stack   []byte // '{' or '[' for each open object and array
	err     error
	started bool

	raw    []byte
	start  int64
	end    int64
	plain  bool
	more   bool
	stream bool

	rec     io.Writer
	recFrom int
}

// New returns a scanner for the document in r.
func New(r io.Reader, o Options) *Scanner {
	s := &Scanner{opts: o}
	s.Reset(r, 0)
	return s
}

// Reset makes s read another document; base is the offset that its first byte
// has in messages.
func (s *Scanner) Reset(r io.Reader, base int64) {
	if s.buf == nil {
		s.buf = make([]byte, windowSize+blockSize)
		s.words = make([]uint64, windowSize/blockSize+1)
		s.stack = make([]byte, 0, 64)
	}
	*s = Scanner{r: r, opts: s.opts, buf: s.buf, words: s.words, idx: s.idx[:0], stack: s.stack[:0], base: base}
}

// Raw returns the text of the token: of a string what stands between the
// quotes, of a part of a long string that part.
func (s *Scanner) Raw() []byte { return s.raw }

// Plain tells if the raw text of the string is its canonical spelling.
func (s *Scanner) Plain() bool { return s.plain }

// More tells if the token is only the first part of a string; see NextPart.
func (s *Scanner) More() bool { return s.more }

// Offset returns where the token begins, quote included.
func (s *Scanner) Offset() int64 { return s.start }

// End returns where the token ends, quote included. It is undefined while More.
func (s *Scanner) End() int64 { return s.end }

// InputOffset returns how many bytes of the input are consumed.
func (s *Scanner) InputOffset() int64 { return s.base + int64(s.cur) }

// Depth returns the number of objects and arrays that are open.
func (s *Scanner) Depth() int { return len(s.stack) }

// Err returns why the scan ended with Invalid: an *Error where the text is not
// JSON, otherwise what the reader or OnFlaw returned.
func (s *Scanner) Err() error { return s.err }

func (s *Scanner) fail(pos int, format string, args ...any) Kind {
	if s.err == nil {
		s.err = &Error{Offset: s.base + int64(pos), Message: fmt.Sprintf(format, args...)}
	}
	return Invalid
}

func (s *Scanner) truncated(what string) Kind {
	if s.err == nil {
		s.err = &Error{Offset: s.base + int64(s.n), Message: "the text ends " + what, Truncated: true}
	}
	return Invalid
}

// fill drops what is consumed, reads on and indexes what came. It returns
// false when nothing can be added: at the end of the input (s.eof), on an error
// (s.err), or when the window is full and may not grow beyond limit (neither).
func (s *Scanner) fill(limit int) bool {
	if s.err != nil || s.eof && s.done >= s.n {
		return false
	}
	if s.cur > 0 {
		if s.rec != nil {
			if _, err := s.rec.Write(s.buf[s.recFrom:s.cur]); err != nil {
				s.err = err
				return false
			}
			s.recFrom = 0
		}
		copy(s.buf, s.buf[s.cur:s.n])
		k := copy(s.idx, s.idx[s.i:])
		s.idx = s.idx[:k]
		for j := range s.idx {
			s.idx[j] -= uint32(s.cur)
		}
		s.i = 0
		s.n -= s.cur
		s.done -= s.cur
		s.base += int64(s.cur)
		s.cur = 0
	}
	room := len(s.buf) - blockSize
	if room-s.done < blockSize {
		if room >= 2*limit {
			return false
		}
		s.buf = append(s.buf, make([]byte, room)...)
		s.words = append(s.words, make([]uint64, room/blockSize)...)
		room *= 2
	}
	for !s.eof && s.n-s.done < blockSize {
		k, err := s.r.Read(s.buf[s.n:room])
		s.n += k
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			s.err = err
			return false
		}
	}
	if !s.started {
		s.begin()
	}
	s.index()
	return true
}

// begin looks at the first bytes of the input.
func (s *Scanner) begin() {
	s.started = true
	if bytes.HasPrefix(s.buf[:s.n], []byte("\xef\xbb\xbf")) && s.base == 0 {
		if s.flaw(ByteOrderMark, 0, "byte order mark before the document") {
			s.cur, s.done = 3, 3
		}
	}
}

// index lists the positions of the bytes that came, in whole blocks but at the
// end of the input.
func (s *Scanner) index() {
	end := s.done + (s.n-s.done)/blockSize*blockSize
	if s.eof && end < s.n {
		end += blockSize
		clear(s.buf[s.n:end])
		for j := s.n; j < end; j++ {
			s.buf[j] = ' '
		}
	}
	s.idx = appendIndex(s.idx, s.words, s.buf[s.done:end], uint32(s.done), &s.carry)
	s.done = end
}

// flaw reports one and tells if the scan goes on.
func (s *Scanner) flaw(f Flaw, pos int, message string) bool {
	if s.opts.OnFlaw == nil {
		if f == BadUTF8 || f == ControlChar {
			s.fail(pos, "%s", message)
			return false
		}
		return true
	}
	if err := s.opts.OnFlaw(f, s.base+int64(pos), message); err != nil {
		s.err = err
		return false
	}
	return true
}

// Next returns the next token. A string that was handed over in part is read
// to its end first.
func (s *Scanner) Next() Kind {
	if s.err != nil {
		return Invalid
	}
	for s.state == wantStringRest {
		if _, err := s.NextPart(); err != nil {
			return Invalid
		}
	}
	for {
		// The bytes before the next position are white space or a scalar.
		if s.i >= len(s.idx) {
			for s.cur < min(s.n, s.done) && isSpace(s.buf[s.cur]) {
				s.cur++
			}
			if s.fill(MaxToken) {
				continue
			}
			if s.err != nil {
				return Invalid
			}
			return s.tail()
		}
		p := int(s.idx[s.i])
		c := s.cur
		for c < p && isSpace(s.buf[c]) {
			c++
		}
		if c < p {
			return s.scalar(c, p)
		}
		switch ch := s.buf[p]; ch {
		case '"':
			switch s.state {
			case wantValue, wantElement:
				s.cur = p
				return s.str(String)
			case wantKey, wantFirstKey:
				s.cur = p
				return s.str(Key)
			}
			return s.unexpected(p)
		case ',':
			if s.state != wantComma || len(s.stack) == 0 {
				return s.unexpected(p)
			}
			s.state = wantValue
			if s.stack[len(s.stack)-1] == '{' {
				s.state = wantKey
			}
			s.cur = p + 1
			s.i++
		case '{', '[':
			if s.state != wantValue && s.state != wantElement {
				return s.unexpected(p)
			}
			if len(s.stack) == maxDepth {
				return s.fail(p, "nested deeper than %d levels", maxDepth)
			}
			s.take(p, p+1, 1)
			s.stack = append(s.stack, ch)
			if ch == '{' {
				s.state = wantFirstKey
				return ObjectStart
			}
			s.state = wantElement
			return ArrayStart
		case '}':
			if len(s.stack) == 0 || s.stack[len(s.stack)-1] != '{' || s.state != wantComma && s.state != wantFirstKey {
				return s.unexpected(p)
			}
			s.take(p, p+1, 1)
			s.pop()
			return ObjectEnd
		case ']':
			if len(s.stack) == 0 || s.stack[len(s.stack)-1] != '[' || s.state != wantComma && s.state != wantElement {
				return s.unexpected(p)
			}
			s.take(p, p+1, 1)
			s.pop()
			return ArrayEnd
		default:
			return s.unexpected(p)
		}
	}
}

func (s *Scanner) pop() {
	s.stack = s.stack[:len(s.stack)-1]
	s.value()
}

// value notes that a value is complete.
func (s *Scanner) value() {
	s.state = wantComma
	if len(s.stack) == 0 {
		s.state = wantEnd
	}
}

// take makes buf[p:q] the token and consumes k positions.
func (s *Scanner) take(p, q, k int) {
	s.raw = s.buf[p:q]
	s.start = s.base + int64(p)
	s.end = s.base + int64(q)
	s.cur = q
	s.i += k
	s.more = false
	s.stream = false
}

// tail handles what stands after the last position of the input.
func (s *Scanner) tail() Kind {
	c := s.cur
	switch {
	case !s.eof:
		return s.fail(c, "number or word longer than %d bytes", MaxToken)
	case c < s.n:
		return s.scalar(c, s.n)
	case s.state == wantEnd:
		return EOF
	case len(s.stack) == 0:
		return s.truncated("before a value")
	case s.stack[len(s.stack)-1] == '{':
		return s.truncated("inside of an object")
	}
	return s.truncated("inside of an array")
}

// scalar reads the number or word at buf[c:p], where white space may follow.
func (s *Scanner) scalar(c, p int) Kind {
	if s.state != wantValue && s.state != wantElement {
		return s.unexpected(c)
	}
	q := p
	for isSpace(s.buf[q-1]) {
		q--
	}
	kind := scalarKind(s.buf[c:q])
	if kind == Invalid {
		if s.eof && q == s.n && isWordStart(s.buf[c:q]) {
			return s.truncated("inside of a number or word")
		}
		return s.badScalar(c, q)
	}
	s.take(c, q, 0)
	s.value()
	return kind
}

func (s *Scanner) badScalar(c, q int) Kind {
	text := s.buf[c:q]
	if k := bytes.IndexAny(text, " \t\r\n"); k > 0 && scalarKind(text[:k]) != Invalid {
		s.value()
		return s.unexpected(c + k + len(text[k:]) - len(bytes.TrimLeft(text[k:], " \t\r\n")))
	}
	if len(text) > 20 {
		text = append(bytes.Clone(text[:20]), "..."...)
	}
	return s.fail(c, "%q is not a JSON value", text)
}

// unexpected reports the byte at p, and what could have stood there.
func (s *Scanner) unexpected(p int) Kind {
	want := "a value"
	switch s.state {
	case wantElement:
		want = "a value or ]"
	case wantKey:
		want = "a name in quotes"
	case wantFirstKey:
		want = "a name in quotes or }"
	case wantComma:
		want = ", or ]"
		if s.stack[len(s.stack)-1] == '{' {
			want = ", or }"
		}
	case wantEnd:
		return s.fail(p, "extra data after the document")
	}
	return s.fail(p, "unexpected %q, expected %s", s.buf[p], want)
}

// str reads the string at s.cur, for a name its colon too.
func (s *Scanner) str(kind Kind) Kind {
	limit := MaxToken
	if kind == Key {
		limit = MaxName
	}
	for {
		p := s.cur
		j := s.i + 1
		for j < len(s.idx) && s.buf[s.idx[j]] != '"' {
			j++
		}
		if j < len(s.idx) && (kind == String || j+1 < len(s.idx)) {
			q := int(s.idx[j])
			s.plain = j == s.i+1
			if !s.plain && !s.check(p+1, q) {
				return Invalid
			}
			s.take(p, q+1, j+1-s.i)
			s.raw = s.buf[p+1 : q]
			if kind == Key {
				return s.colon()
			}
			s.value()
			return String
		}
		if kind == String && (s.stream || s.n-p > MaxToken) {
			return s.firstPart()
		}
		if !s.fill(limit) {
			switch {
			case s.err != nil:
				return Invalid
			case !s.eof:
				return s.fail(p, "a name longer than %d bytes", MaxName)
			case j < len(s.idx):
				return s.truncated("after a name")
			}
			return s.truncated("inside of a string")
		}
	}
}

// colon consumes the colon after a name.
func (s *Scanner) colon() Kind {
	c := s.cur
	p := int(s.idx[s.i])
	for c < p && isSpace(s.buf[c]) {
		c++
	}
	if c < p || s.buf[p] != ':' {
		return s.fail(c, "unexpected %q, expected : after a name", s.buf[c])
	}
	s.cur = p + 1
	s.i++
	s.state = wantValue
	return Key
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
