package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"math"
	"unicode/utf8"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/detect"
	"github.com/dumptool/dumptool/filter/redact/leak"
)

// encoded looks into the parts of a text that can be decoded. A part with a
// secret in it is replaced as a whole.
func (r *redactor) encoded(w *walker, text []byte, level detect.Level, nested int, e *edits) {
	r.wrapped(w, text, level, nested, e)
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && isRun(text[end]) {
			end++
		}
		run := text[start:end]
		from := start
		start = end + 1
		if len(run) < minRun || contrail.ValidUUID(run) || e.overlaps(from, end) {
			continue
		}
		stop := end
		for stop < len(text) && text[stop] == '=' && stop < end+2 {
			stop++
		}
		if r.encodedRun(w, run, nested) || level == detect.Free && isRandom(run) && !e.overlaps(from, stop) {
			p := r.placeholder(text[from:stop])
			r.secret(text[from:stop], p)
			w.count("encoded")
			e.add(from, stop, p)
			start = stop
		}
	}
	r.separated(w, text, nested, e)
	// What is found by decoding all of it can't be replaced in parts.
	rest, _ := e.apply(text)
	if !r.decodes(w, rest, level, nested) {
		return
	}
	p := r.placeholder(text)
	r.secret(text, p)
	w.count("encoded")
	e.drop(0, len(text))
	e.add(0, len(text), p)
}

// decodes tells if a text holds a secret when its escapes or what is
// percent-encoded in it is decoded.
func (r *redactor) decodes(w *walker, text []byte, level detect.Level, nested int) bool {
	if bytes.IndexByte(text, '\\') >= 0 {
		if plain := unescape(text); !bytes.Equal(plain, text) && r.holdsSecret(w, plain, level, nested) {
			return true
		}
	}
	if !bytes.ContainsAny(text, "%+") {
		return false
	}
	plain, ok := unpercent(text)
	if ok && r.holdsSecret(w, plain, level, nested) {
		return true
	}
	// In forms a plus stands for a blank.
	spaced, _ := unpercent(bytes.ReplaceAll(text, []byte{'+'}, []byte{' '}))
	return !bytes.Equal(spaced, plain) && r.holdsSecret(w, spaced, level, nested)
}

// leastPairs is the least number of pairs of digits with signs between them that
// are decoded: one more than a MAC address has, and enough for a text.
const leastPairs = leastPiece

// separated looks into hexadecimal digits in pairs with a sign between them, as
// options of DHCP are written.
func (r *redactor) separated(w *walker, text []byte, nested int, e *edits) {
	for i := 0; i+3*leastPairs <= len(text)+1; i++ {
		if i > 0 && isLetter(text[i-1]) {
			continue
		}
		plain, n := leak.Pairs(text[i:])
		if len(plain) < leastPairs {
			continue
		}
		if !e.overlaps(i, i+n) && r.decoded(w, plain, nested) {
			p := r.placeholder(text[i : i+n])
			r.secret(text[i:i+n], p)
			w.count("encoded")
			e.add(i, i+n, p)
		}
		i += n - 1
	}
}

// wrapped looks into base64 and hexadecimal digits that are broken into lines.
// They are replaced as a whole, also where a line of them is known already.
func (r *redactor) wrapped(w *walker, text []byte, level detect.Level, nested int, e *edits) {
	if bytes.IndexByte(text, '\n') < 0 {
		return
	}
	for start := 0; start < len(text); start++ {
		end, lines := start, 0
		var joined []byte
		for ; end < len(text); end++ {
			c := text[end]
			if c == '\n' {
				lines++
				continue
			}
			if isRun(c) || c == '=' {
				joined = append(joined, c)
				continue
			}
			if c != '\r' && (c != ' ' && c != '\t' || lines == 0) {
				break
			}
		}
		joined = bytes.TrimRight(joined, "=")
		if isWrapped := lines > 0 && bytes.IndexByte(bytes.TrimSpace(text[start:end]), '\n') > 0; isWrapped && len(joined) >= minRun &&
			(r.encodedRun(w, joined, nested) || level == detect.Free && isRandomBlock(text[start:end])) {
			p := r.placeholder(text[start:end])
			r.secret(text[start:end], p)
			w.count("encoded")
			e.drop(start, end)
			e.add(start, end, p)
		}
		start = end
	}
}

// isRandomBlock tells if lines look like random bytes in base64, as of a key:
// the first one does, and all but the last are of its length.
func isRandomBlock(text []byte) bool {
	lines := bytes.Split(bytes.TrimSpace(text), []byte{'\n'})
	first := bytes.TrimSpace(lines[0])
	for _, line := range lines[:len(lines)-1] {
		if len(bytes.TrimSpace(line)) != len(first) {
			return false
		}
	}
	return isRandom(first) && len(bytes.TrimSpace(lines[len(lines)-1])) <= len(first)
}

// minRun is the shortest run of letters and digits that is decoded: twelve
// bytes of text.
const minRun = 16

func isRun(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}

// encodedRun tells if a run of letters and digits is base64 or hexadecimal of
// something with a secret in it. The encoding can begin at any of its
// characters, behind others that are none of it.
func (r *redactor) encodedRun(w *walker, run []byte, nested int) bool {
	for start := 0; start < len(run); start++ {
		end := start
		for end < len(run) && isAllHex(run[end:end+1]) {
			end++
		}
		for from := start; from < start+2 && end-from >= minRun; from++ {
			digits := run[from : from+(end-from)&^1]
			plain := make([]byte, len(digits)/2)
			if _, err := hex.Decode(plain, digits); err == nil && r.decoded(w, plain, nested) {
				return true
			}
		}
		start = end
	}
	if bytes.ContainsAny(run, "-_") {
		run = bytes.ReplaceAll(bytes.ReplaceAll(run, []byte{'-'}, []byte{'+'}), []byte{'_'}, []byte{'/'})
	}
	for from := 0; from < 4 && len(run)-from >= minRun; from++ {
		part := run[from:]
		if len(part)%4 == 1 {
			part = part[:len(part)-1]
		}
		plain := make([]byte, base64.RawStdEncoding.DecodedLen(len(part)))
		n, err := base64.RawStdEncoding.Decode(plain, part)
		if err == nil && r.decoded(w, plain[:n], nested) {
			return true
		}
	}
	return false
}

// decoded looks into what was decoded, compressed or not. Pieces of text between
// other bytes are looked into one by one.
func (r *redactor) decoded(w *walker, plain []byte, nested int) bool {
	return leak.Readings(plain, func(plain []byte) bool {
		if len(plain) >= leak.MaxInflated {
			return true // nobody knows what else there is
		}
		for len(plain) >= leastPiece {
			n := leak.TextLength(plain)
			if n >= leastPiece && r.holdsSecret(w, plain[:n], detect.Free, nested) {
				return true
			}
			plain = plain[min(n+1, len(plain)):]
		}
		return false
	})
}

// leastPiece is the length of the shortest piece of text in decoded bytes.
const leastPiece = 8

// holdsSecret tells if a text that was decoded holds a secret, and notes which.
func (r *redactor) holdsSecret(w *walker, plain []byte, level detect.Level, nested int) bool {
	r.inside++
	defer func() { r.inside-- }()
	_, changed := r.inText(w, plain, level, nested+1)
	return changed
}

func isAllHex(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 && (c|0x20)-'a' > 5 {
			return false
		}
	}
	return true
}

// unescape decodes the escapes of JSON strings and of languages like it.
func unescape(text []byte) []byte {
	var out []byte
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			continue
		}
		i++
		n := 0
		switch text[i] {
		case 'n', 'r', 't', 'b', 'f':
			out = append(out, '\n')
			continue
		case 'u':
			n = 4
		case 'x':
			n = 2
		}
		if n == 0 || i+n >= len(text) || !isAllHex(text[i+1:i+1+n]) {
			out = append(out, text[i])
			continue
		}
		c := 0
		for _, d := range text[i+1 : i+1+n] {
			c = c<<4 | int(hexDigit(d))
		}
		out = utf8.AppendRune(out, rune(c))
		i += n
	}
	return out
}

// unpercent decodes %XX, and tells if there was any.
func unpercent(text []byte) ([]byte, bool) {
	var out []byte
	found := false
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) && isAllHex(text[i+1:i+3]) {
			out = append(out, hexDigit(text[i+1])<<4|hexDigit(text[i+2]))
			i += 2
			found = true
			continue
		}
		out = append(out, text[i])
	}
	return out, found
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// isRandom tells if a run looks like random bytes in base64: long, of all sorts
// of characters, with more than 4.3 bits of entropy a character.
func isRandom(run []byte) bool {
	if len(run) < 32 {
		return false
	}
	longest := 0 // between signs that also separate words
	for piece := range bytes.FieldsFuncSeq(run, func(c rune) bool { return c == '-' || c == '_' || c == '/' }) {
		longest = max(longest, len(piece))
	}
	if longest < 20 {
		return false
	}
	var count [256]int
	upper, lower, digit := false, false, false
	for _, c := range run {
		count[c]++
		switch {
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= '0' && c <= '9':
			digit = true
		}
	}
	if !upper || !lower || !digit {
		return false
	}
	bits := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(run))
			bits -= p * math.Log2(p)
		}
	}
	return bits > 4.3
}
