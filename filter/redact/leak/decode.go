package leak

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/internal/bytemask"
)

// maxDepth is how many encodings inside of each other are decoded.
const maxDepth = 6

// MaxInflated bounds what is made of a compressed text.
const MaxInflated = 16 << 20

// reach is how far around something encoded the text is looked at with it.
const reach = 256

// isRun has the letters of base64, and of hexadecimal digits.
var isRun = func() (t [256]bool) {
	for i := range t {
		switch c := byte(i); {
		case c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z', c == '+', c == '/', c == '-', c == '_':
			t[i] = true
		}
	}
	return t
}()

// sixBits has the values of letters of base64.
var sixBits = func() (t [256]uint8) {
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = uint8(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// decode looks into all of text[from:limit] that can be decoded.
func (w *worker) decode(text []byte, from, limit, depth int) {
	if depth >= maxDepth {
		return
	}
	m := w.masksOf(text)
	w.runs(m, text, from, limit, depth)
	w.pairs(m, text, from, limit, depth)
	w.specials(m, text, from, limit, depth)
	w.giveMasks(m)
}

// runs decodes base64 and hexadecimal digits.
func (w *worker) runs(m *masks, text []byte, from, limit, depth int) {
	for i := from; ; {
		start := bytemask.LongRun(m.run, i, limit)
		if start == limit {
			return
		}
		end := bytemask.End(m.run, start)
		i = end
		run := text[start:end]
		if depth == 0 && end == len(text) && (start > from || w.base == 0) {
			// What is compressed can be read from its beginning only.
			w.run(w.wholeRun(run, w.base+int64(end)), start, depth, nil)
			continue
		}
		if len(run) < w.leastRun || contrail.ValidUUID(run) {
			continue
		}
		if end < len(text) && (text[end] == '\\' || text[end] == '\n' || text[end] == '\r' || text[end] == '=') {
			if joined := lines(text, start, end); joined != nil {
				w.run(joined, start, depth, nil)
			}
		}
		switch {
		case run[0]-'0' <= 9 && isNumber(run):
			// Most are times in microseconds, in which the first pair of digits is
			// no letter and the rest too short.
			if len(run) > 2*w.leastPiece || run[0] != '1' {
				w.hex(run, start, depth, run)
			}
		case !w.wasSeen(run):
			w.run(run, start, depth, run)
		}
	}
}

// wholeRun returns a run with what follows at an offset of the text, up to
// longRun bytes of it.
func (w *worker) wholeRun(run []byte, off int64) []byte {
	run = bytes.Clone(run)
	for len(run) < longRun {
		was := len(run)
		run = append(run, make([]byte, ahead)...)
		n, err := w.text.ReadAt(run[was:], off)
		k := 0
		for k < n && isRun[run[was+k]] {
			k++
		}
		run = run[:was+k]
		off += int64(k)
		if k < n || n == 0 || err != nil {
			break
		}
	}
	return run
}

// longRun is how much of a run is decoded at a time at most.
const longRun = 8 << 20

// isNumber tells if a run is made of decimal digits.
func isNumber(run []byte) bool {
	for _, c := range run {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

// specials decodes what is percent-encoded, and the escapes of letters.
func (w *worker) specials(m *masks, text []byte, from, limit, depth int) {
	percents, escapes := from, from // up to where they are done
	for i := from; ; i++ {
		if i = m.nextSpecial(i, limit); i == limit {
			return
		}
		switch {
		case text[i] == '%' && i >= percents:
			percents = w.percent(text, i, depth)
		case text[i] == '\\' && i >= escapes:
			escapes = w.escape(text, i, depth)
		}
	}
}

// wasSeen tells if a run was looked at not long ago.
func (w *worker) wasSeen(run []byte) bool {
	h := xxh3.Hash(run)
	slot := &w.seen[h%uint64(len(w.seen))]
	if *slot == h {
		return true
	}
	*slot = h
	return false
}

// lines joins what is broken into lines, in whatever way they end. It returns
// nil if there is one line only.
func lines(text []byte, start, end int) (joined []byte) {
	for {
		next := end
		for next < len(text) && text[next] == '=' {
			next++
		}
		at := next
		for next < len(text) && text[next] == '\\' {
			next++
		}
		switch {
		case next == len(text):
			return joined
		case next > at && (text[next] == 'n' || text[next] == 'r'), text[next] == '\n', text[next] == '\r':
			next++
		default:
			return joined
		}
		for next < len(text) && (text[next] == ' ' || text[next] == '\n') {
			next++
		}
		from := next
		for next < len(text) && isRun[text[next]] {
			next++
		}
		if next == from {
			if next+1 < len(text) && text[next] == '\\' && text[next+1] == 'n' { // behind \r
				end = next
				continue
			}
			return joined
		}
		if joined == nil {
			joined = append(joined, text[start:end]...)
		}
		joined = append(joined, text[from:next]...)
		end = next
	}
}

// run decodes one run. The carrier is where it stands in the text.
func (w *worker) run(run []byte, at, depth int, carrier []byte) {
	w.hex(run, at, depth, carrier)
	if !w.mayBeText(run) {
		return
	}
	if bytes.IndexByte(run, '-') >= 0 || bytes.IndexByte(run, '_') >= 0 {
		run = bytes.ReplaceAll(bytes.ReplaceAll(run, []byte{'-'}, []byte{'+'}), []byte{'_'}, []byte{'/'})
	}
	for shift := 0; shift < 4 && len(run)-shift >= w.leastRun; shift++ {
		part := run[shift:]
		if len(part)%4 == 1 {
			part = part[:len(part)-1]
		}
		plain := w.take(base64.RawStdEncoding.DecodedLen(len(part)))
		n, err := base64.RawStdEncoding.Decode(plain, part)
		if err == nil {
			w.pieces(plain[:n], at, depth, carrier)
		}
		w.give(plain)
	}
}

// mayBeText tells if a run, as base64 at any alignment, may have a piece of text
// in it, or something compressed. Each piece of eight bytes has two times four
// letters that stand for three bytes of it, one of six bytes has it once.
func (w *worker) mayBeText(run []byte) bool {
	if w.wide {
		return true
	}
	var row [4]int // of such groups, for each alignment
	a, b, c := sixBits[run[0]], sixBits[run[1]], sixBits[run[2]]
	for i, letter := range run[3:] {
		d := sixBits[letter]
		x, y, z := a<<2|b>>4, b<<4|c>>2, c<<6|d
		if isPrintable(x) && (isPrintable(y) || y == 0) && isPrintable(z) || x == 0 && isPrintable(y) && z == 0 {
			if row[i&3]++; row[i&3] >= w.groups {
				return true
			}
		} else {
			if isMagic(x, y) {
				return true
			}
			row[i&3] = 0
		}
		a, b, c = b, c, d
	}
	return false
}

func isPrintable(c byte) bool { return c-' ' < 0x5f || c == '\n' || c == '\r' || c == '\t' }

// take returns memory of which give is told when it is not needed any more.
func (w *worker) take(n int) []byte {
	if k := len(w.free); k > 0 && cap(w.free[k-1]) >= n {
		b := w.free[k-1][:n]
		w.free = w.free[:k-1]
		return b
	}
	return make([]byte, n, max(n, 256))
}

func (w *worker) give(b []byte) {
	if len(w.free) < 8 {
		w.free = append(w.free, b)
	}
}

// hex decodes the runs of hexadecimal digits in a run.
func (w *worker) hex(run []byte, at, depth int, carrier []byte) {
	least := 2 * w.leastPiece
	for start := 0; start+least <= len(run); start++ {
		end := start
		for end < len(run) && isHex(run[end]) {
			end++
		}
		for from := start; from < start+2 && end-from >= least; from++ {
			part := run[from : from+(end-from)&^1]
			if !mayBeHex(part, w.leastPiece) {
				continue
			}
			plain := w.take(len(part) / 2)
			if _, err := hex.Decode(plain, part); err == nil {
				if carrier != nil {
					carrier = run[start:end]
				}
				w.pieces(plain, at, depth, carrier)
			}
			w.give(plain)
		}
		start = end
	}
}

// leastPacked is how many bytes something compressed has at least.
const leastPacked = 18

// mayBeHex tells if hexadecimal digits have so many letters in a row, or are
// compressed.
func mayBeHex(digits []byte, least int) bool {
	if isMagic(hexByte(digits), hexByte(digits[2:])) {
		return true
	}
	n := len(digits) / 2
	for k := 0; k+leastPacked <= n; k++ {
		if digits[2*k] == '1' && digits[2*k+1]|0x20 == 'f' && isMagic(0x1f, hexByte(digits[2*k+2:])) {
			return true
		}
	}
	for first := 0; first+least <= n; {
		// From the last one on: behind what is no letter a row begins anew.
		k := first + least - 1
		for k >= first && mayBeLetter(hexByte(digits[2*k:])) {
			k--
		}
		if k < first {
			return true
		}
		first = k + 1
	}
	return false
}

// mayBeLetter tells if a byte may be one of a text, of UTF-16 too.
func mayBeLetter(c byte) bool { return isPrintable(c) || c >= utf8.RuneSelf || c == 0 }

func hexByte(digits []byte) byte { return hexDigit(digits[0])<<4 | hexDigit(digits[1]) }

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// pieces looks into the pieces of text among bytes, and into what is compressed.
func (w *worker) pieces(plain []byte, at, depth int, carrier []byte) {
	Readings(plain, func(plain []byte) bool {
		for rest := plain; len(rest) >= w.leastPiece; {
			n := TextLength(rest)
			if n >= w.leastPiece {
				least := w.least
				if n < len(plain) {
					w.least = leastSecret // less can come by chance
				}
				w.inner(rest[:n], at, depth, carrier)
				w.least = least
			}
			rest = rest[min(n+1, len(rest)):]
		}
		return false
	})
}

// TextLength returns the length of what could be something written at the
// beginning of bytes.
func TextLength(b []byte) int {
	n := 0
	for n < len(b) {
		c := b[n]
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			return n
		}
		size := 1
		if c >= utf8.RuneSelf {
			r, k := utf8.DecodeRune(b[n:])
			if r == utf8.RuneError && k <= 1 {
				return n
			}
			size = k
		}
		n += size
	}
	return n
}

// isMagic tells if two bytes are the beginning of gzip or zlib.
func isMagic(a, b byte) bool {
	return a == 0x1f && b == 0x8b || a == 0x78 && (int(a)<<8|int(b))%31 == 0
}

// Inflate returns what was compressed with gzip or zlib, the first 16 MiB of it,
// or nil where bytes are neither.
func Inflate(packed []byte) []byte {
	if len(packed) <= 2 || !isMagic(packed[0], packed[1]) {
		return nil
	}
	var src io.Reader
	var err error
	if packed[0] == 0x1f {
		src, err = gzip.NewReader(bytes.NewReader(packed))
	} else {
		src, err = zlib.NewReader(bytes.NewReader(packed))
	}
	if err != nil {
		return nil
	}
	// A cut end is no reason to pass over the rest.
	plain, _ := io.ReadAll(io.LimitReader(src, MaxInflated))
	if len(plain) == 0 {
		return nil
	}
	return plain
}

// percent decodes %XX where one may stand, and returns up to where there are no
// others to be decoded.
func (w *worker) percent(text []byte, i, depth int) int {
	if i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2]) {
		return i + 1
	}
	start := i
	for start > 0 && start > i-reach && isURL(text[start-1]) {
		start--
	}
	end, last := i, i
	for end < len(text) && end < last+4*reach && isURL(text[end]) {
		if text[end] == '%' {
			last = end
		}
		end++
	}
	plain := unpercent(text[start:end], '+')
	w.inner(plain, start, depth, nil)
	if bytes.IndexByte(plain, '+') >= 0 {
		w.inner(unpercent(text[start:end], ' '), start, depth, nil)
	}
	return last + 1
}

// isURL tells if a byte can stand in something percent-encoded.
func isURL(c byte) bool { return c > ' ' && c != '"' && c != '\\' && c < 0x7f }

func unpercent(text []byte, plus byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			out = append(out, hexByte(text[i+1:]))
			i += 2
		case c == '+':
			out = append(out, plus)
		default:
			out = append(out, c)
		}
	}
	return out
}

// escape decodes the escapes of letters in the string in which there is one, and
// returns up to where it has done so.
func (w *worker) escape(text []byte, i, depth int) int {
	near := 0
	if w.quotes {
		near = reach // a string goes on behind a quote in it
	}
	start := max(0, i-near)
	if start > 0 {
		start = max(bytes.LastIndexByte(text[:start], '"')+1, i-longString, 0)
	}
	end := min(i+near, len(text))
	stop := min(len(text), i+longString)
	done := 0
	if next := bytes.IndexByte(text[end:stop], '"'); next >= 0 {
		end += next
		done = end
	} else {
		// The string goes on: an original that ends in what comes has an escape
		// near this end.
		end = stop
		done = max(i+1, end-min(6*max(w.set.longest, w.words.longest), longString/2))
	}
	if w.quotes || depth > 0 || !w.wasSeen(text[start:end]) {
		w.inner(unescape(text[start:end]), i, depth, nil)
	}
	return done
}

// longString is how much of a string is decoded at a time.
const longString = 64 << 10

// unescape takes away backslashes and decodes what they escape.
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	var high rune // the first half of a pair
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		for i < len(text) && text[i] == '\\' {
			i++
		}
		if i == len(text) {
			break
		}
		digits := 0
		switch text[i] {
		case 'n', 'r', 't', 'b', 'f':
			out = append(out, '\n')
			continue
		case 'u':
			digits = 4
		case 'x':
			digits = 2
		}
		if digits == 0 || i+digits >= len(text) {
			out = append(out, text[i])
			continue
		}
		r := rune(0)
		for _, d := range text[i+1 : i+1+digits] {
			if !isHex(d) {
				digits = 0
				break
			}
			r = r<<4 | rune(hexDigit(d))
		}
		if digits == 0 {
			out = append(out, text[i])
			continue
		}
		i += digits
		switch {
		case utf16.IsSurrogate(r) && r < 0xdc00:
			high = r
			continue
		case utf16.IsSurrogate(r) && high != 0:
			r = utf16.DecodeRune(high, r)
		}
		high = 0
		out = utf8.AppendRune(out, r)
	}
	return out
}
