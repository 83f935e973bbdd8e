package detect

import (
	"bytes"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/internal/bytemask"
)

// What a byte is to MayHold.
const (
	inRun  uint8 = iota // letters and digits, - and _: they make up runs
	ends                // ends a run, and means nothing else
	looked              // a letter from which a telling word can be seen
	telling
)

var roles = func() (t [256]uint8) {
	for c := range t {
		t[c] = ends
		if isWord(byte(c)) || c == '-' {
			t[c] = inRun
		}
	}
	for _, c := range "wWkKcC" {
		t[c] = looked
	}
	for _, c := range "$%\\:/ =+#@.\n\r\t\f" {
		t[c] = telling
	}
	return t
}()

// leastRun is the length of the shortest run that tells something.
const leastRun = 10

// MayHold tells if something could be found in a text, or be nested in it, at
// the level Shape, or if a member of it may have the name of a secret. The text
// may have the escapes of one JSON string around it. It is a quick look: that
// it says yes means little, that it says no that there is nothing.
func MayHold(text []byte) bool {
	if len(text) < leastQuick || len(text) > mostQuick || !bytemask.Fast() {
		return mayHold(text)
	}
	return mayHoldQuick(text)
}

// mayHold is MayHold byte by byte.
func mayHold(text []byte) bool {
	start := 0
	for i, c := range text {
		role := roles[c]
		if role == inRun {
			continue
		}
		if role == looked {
			if word(text, i, c|0x20) {
				return true
			}
			continue
		}
		if i-start >= leastRun && tellingRun(text[start:i]) {
			return true
		}
		start = i + 1
		if role == ends {
			continue
		}
		if tellingSign(text, i, c) {
			return true
		}
	}
	return len(text)-start >= leastRun && tellingRun(text[start:])
}

// tellingSign looks at what is around a sign at text[i].
func tellingSign(text []byte, i int, c byte) bool {
	switch c {
	case '$', '=', '#', '@':
		return true
	case '%':
		return i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2])
	case '\\':
		return !harmlessEscape(text[i:])
	case ':':
		return i+2 < len(text) && text[i+1] == '/' && text[i+2] == '/'
	case '.':
		return i >= 3 && text[i-3] == 'h' && text[i-2] == 'v'
	case ' ', '\n', '\r', '\t', '\f':
		return i > 0 && isWord(text[i-1]) && announces(text[:i])
	}
	return false // + and / belong to base64, of which a long part is telling enough
}

// harmlessEscape tells if an escape is one of those that JSON has anyway: the
// quote of a text, or a letter that isn't ASCII. Any other may hide something,
// or tell of a text in a text.
func harmlessEscape(text []byte) bool {
	n := 0
	for n < len(text) && text[n] == '\\' {
		n++
	}
	if n == len(text) {
		return n == 1 // the second half of one that was looked at
	}
	switch text[n] {
	case '"':
		return n == 1
	case 'u':
		return n+4 < len(text) && (text[n+1] != '0' || text[n+2] != '0' || text[n+3] >= '8')
	}
	return false
}

// word looks at the letters around a w, k or c.
func word(text []byte, i int, c byte) bool {
	around := func(before, after string) bool {
		return i >= len(before) && foldPrefix(text[i-len(before):i], before) && foldPrefix(text[i+1:], after)
	}
	switch c {
	case 'w':
		return around("pass", "")
	case 'k':
		return around("to", "en") || around("_", "ey") || around("api", "ey") || around("ps", "")
	}
	return around("se", "ret") || around("", "redential")
}

// announces tells if the last word of a text can stand in front of a token.
func announces(text []byte) bool {
	for _, w := range [...]string{"bearer", "basic", "digest", "token", "key", "-----begin"} {
		if len(text) >= len(w) && foldPrefix(text[len(text)-len(w):], w) {
			return true
		}
	}
	return text[len(text)-1] == '7'
}

// tellingRun tells if a run of letters, digits, dashes and underscores may be a
// token, base64 or hexadecimal digits.
func tellingRun(run []byte) bool {
	if contrail.ValidUUID(run) {
		return false
	}
	if run[0] == 'e' && run[1] == 'y' {
		return true
	}
	if len(run) < 14 {
		return false
	}
	upper, lower, digits, hex := 0, 0, 0, 0
	for _, c := range run {
		switch {
		case c >= '0' && c <= '9':
			digits++
			hex++
		case c >= 'A' && c <= 'Z':
			upper++
			if c <= 'F' {
				hex++
			}
		case c >= 'a' && c <= 'z':
			lower++
			if c <= 'f' {
				hex++
			}
		}
	}
	switch {
	case digits == len(run):
		return len(run) > 40 // numbers of 64 bits, and addresses of IPv6
	case hex == len(run) && len(run) >= 16 && hexText(run):
		return true
	case upper > 0 && lower > 0:
		return true
	case upper >= 16:
		return true
	case hex >= 16 && hex < len(run) && hexPart(run):
		return true
	}
	switch run[0] {
	case 'g', 'x', 'A', 's', 'n':
		for _, p := range [...]string{"gh", "github_pat_", "glpat-", "xox", "AGE-", "A3T", "AKIA", "ASIA", "ABIA", "ACCA", "sk_", "npm_"} {
			if bytes.HasPrefix(run, []byte(p)) {
				return true
			}
		}
	case '-':
		return bytes.HasPrefix(run, []byte("-----"))
	}
	return false
}

// hexPart tells if a part of a run, such as what stands behind 0x, is
// hexadecimal digits that may stand for a text.
func hexPart(run []byte) bool {
	for start := 0; start < len(run); start++ {
		end, letters := start, false
		for end < len(run) && isHex(run[end]) {
			letters = letters || run[end] > '9'
			end++
		}
		if end-start >= 16 && (letters || end-start > 40) && hexText(run[start:end]) {
			return true
		}
		start = end
	}
	return false
}

// hexText tells if hexadecimal digits may stand for a text, or something
// compressed: most are those of ids and checksums.
func hexText(run []byte) bool {
	if bytes.HasPrefix(run, []byte("1f8b")) || bytes.HasPrefix(run, []byte("1F8B")) || bytes.HasPrefix(run, []byte("78")) {
		return true
	}
	for from := range 2 {
		printable, pairs := 0, 0
		for i := from; i+1 < len(run); i += 2 {
			pairs++
			if run[i] >= '2' && run[i] <= '7' {
				printable++
			}
		}
		if printable*4 >= pairs*3 {
			return true
		}
	}
	return false
}

func isHex(c byte) bool { return c-'0' <= 9 || (c|0x20)-'a' <= 5 }
