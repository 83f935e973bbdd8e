package pseudonym

import (
	"bytes"
	"net/netip"
	"strconv"
)

// scanner takes one text apart.
type scanner struct {
	m    *Mapper
	text []byte
	i    int
	from int // behind an escape: a word can begin there
	out  []byte
}

func (s *scanner) run() {
	for s.i < len(s.text) {
		if s.border() && (s.special() || s.routeTarget() || s.uuid() || s.colons() || s.dotted() || s.dashed()) {
			continue
		}
		c := s.text[s.i]
		if c == '\\' {
			s.escape()
			continue
		}
		if !isWord(c) {
			s.out = append(s.out, c)
			s.i++
			continue
		}
		s.word()
	}
}

// escape copies backslashes and the letter behind them, which belongs to an
// escape rather than to a word.
func (s *scanner) escape() {
	start := s.i
	for s.i < len(s.text) && s.text[s.i] == '\\' {
		s.i++
	}
	if s.i < len(s.text) {
		switch s.text[s.i] {
		case 'n', 'r', 't', 'b', 'f':
			s.i++
		}
	}
	s.out = append(s.out, s.text[start:s.i]...)
	s.from = s.i
}

// border tells if a word can begin here.
func (s *scanner) border() bool { return s.i == s.from || !isLetter(s.text[s.i-1]) }

func (s *scanner) rest() []byte { return s.text[s.i:] }

// take goes past n bytes and writes what stands for them.
func (s *scanner) take(n int, p []byte) bool {
	s.out = append(s.out, p...)
	s.i += n
	return true
}

// word replaces a run of letters, digits and dashes, up to where something of
// another sort begins behind a dash.
func (s *scanner) word() {
	start := s.i
	for s.i++; s.i < len(s.text) && (isWord(s.text[s.i]) || s.text[s.i] == '-'); s.i++ {
		if s.text[s.i-1] == '-' && (uuidLength(s.rest()) > 0 || dashedAddress(s.rest()) > 0 || dashedMAC(s.rest()) > 0) {
			break
		}
	}
	w := bytes.TrimRight(s.text[start:s.i], "-")
	if IsKept(w) {
		s.out = append(s.out, w...)
	} else {
		s.out = append(s.out, s.m.word(w)...)
	}
	s.out = append(s.out, s.text[start+len(w):s.i]...)
}

// special keeps names such as __no_rule__.
func (s *scanner) special() bool {
	rest := s.rest()
	if !bytes.HasPrefix(rest, []byte("__")) || s.i > 0 && s.text[s.i-1] != ':' && s.text[s.i-1] != '/' && s.text[s.i-1] != ' ' {
		return false
	}
	n := 0
	for n < len(rest) && (rest[n] == '_' || rest[n] == '-' || rest[n] >= 'a' && rest[n] <= 'z' || rest[n] >= '0' && rest[n] <= '9') {
		n++
	}
	if n < 5 || n < len(rest) && rest[n] != ':' && rest[n] != '/' && rest[n] != ' ' || !bytes.HasSuffix(rest[:n], []byte("__")) {
		return false
	}
	return s.take(n, rest[:n])
}

// routeTarget replaces the administrator in target:ADMIN:NUMBER.
func (s *scanner) routeTarget() bool {
	rest, found := bytes.CutPrefix(s.rest(), []byte("target:"))
	if !found {
		return false
	}
	admin, number, found := bytes.Cut(rest, []byte{':'})
	n := digits(number)
	if !found || n == 0 || n < len(number) && isLetter(number[n]) {
		return false
	}
	var p []byte
	if addr, err := netip.ParseAddr(string(admin)); err == nil && addr.Is4() {
		p = s.m.addressText(addr, admin)
	} else if digits(admin) == len(admin) && len(admin) > 0 {
		p = s.m.ASN(admin)
	} else {
		return false
	}
	whole := len("target:") + len(admin) + 1 + n
	p = append(append([]byte("target:"), p...), s.text[s.i+len("target:")+len(admin):s.i+whole]...)
	return s.take(whole, p)
}

func (s *scanner) uuid() bool {
	n := uuidLength(s.rest())
	if n == 0 {
		return false
	}
	return s.take(n, s.m.UUID(s.rest()[:n]))
}

// colons replaces what is made of hexadecimal digits and colons: MAC addresses,
// ethernet segments, addresses of IPv6.
func (s *scanner) colons() bool {
	rest := s.rest()
	n, count := 0, 0
	for n < len(rest) && (isHex(rest[n]) || rest[n] == ':' || rest[n] == '.' && count > 1) {
		if rest[n] == ':' {
			count++
		}
		n++
	}
	if count < 2 || n < len(rest) && isLetter(rest[n]) {
		return false
	}
	run := bytes.TrimRight(rest[:n], ".")
	for len(run) > 2 {
		switch {
		case len(run) == 17 && isPairs(run, ':'):
			return s.take(len(run), s.m.MAC(run))
		case len(run) == 29 && isPairs(run, ':'):
			return s.take(len(run), s.m.ESI(run))
		}
		if addr, err := netip.ParseAddr(string(run)); err == nil {
			return s.address(addr, len(run))
		}
		if run[len(run)-1] != ':' {
			break
		}
		run = run[:len(run)-1]
	}
	return false
}

// dotted replaces IPv4 addresses, also backwards in the zone of DNS, and MAC
// addresses with dots.
func (s *scanner) dotted() bool {
	rest := s.rest()
	if len(rest) >= 14 && rest[4] == '.' && rest[9] == '.' && allHex(rest[:4]) && allHex(rest[5:9]) && allHex(rest[10:14]) &&
		(len(rest) == 14 || !isLetter(rest[14])) {
		return s.take(14, s.m.MAC(rest[:14]))
	}
	n := 0
	for n < len(rest) && (rest[n] >= '0' && rest[n] <= '9' || rest[n] == '.') {
		n++
	}
	run := bytes.TrimRight(rest[:n], ".")
	if len(run) < 7 || n < len(rest) && isLetter(rest[n]) && len(run) == n {
		return false
	}
	addr, err := netip.ParseAddr(string(run))
	if err != nil {
		return false
	}
	const zone = ".in-addr.arpa"
	if bytes.HasPrefix(bytes.ToLower(rest[len(run):]), []byte(zone)) {
		return s.take(len(run)+len(zone), append(reversed(s.m.address(reversedAddr(addr))), rest[len(run):len(run)+len(zone)]...))
	}
	return s.address(addr, len(run))
}

// address replaces an address of which the text has n bytes, and a length of a
// prefix behind it.
func (s *scanner) address(addr netip.Addr, n int) bool {
	rest := s.rest()
	bits := -1
	if n < len(rest) && rest[n] == '/' {
		if k := digits(rest[n+1:]); k > 0 && k <= 3 && (n+1+k == len(rest) || !isLetter(rest[n+1+k])) {
			bits, _ = strconv.Atoi(string(rest[n+1 : n+1+k]))
		}
	}
	return s.take(n, s.m.prefixText(addr, bits, rest[:n]))
}

// dashed replaces addresses with dashes.
func (s *scanner) dashed() bool {
	rest := s.rest()
	if n := dashedMAC(rest); n > 0 {
		return s.take(n, s.m.MAC(rest[:n]))
	}
	n := dashedAddress(rest)
	if n == 0 {
		return false
	}
	addr, err := netip.ParseAddr(string(bytes.ReplaceAll(rest[:n], []byte{'-'}, []byte{'.'})))
	if err != nil {
		return false
	}
	p := bytes.ReplaceAll([]byte(s.m.address(addr).String()), []byte{'.'}, []byte{'-'})
	s.m.found(rest[:n], p, Address)
	return s.take(n, p)
}

// dashedAddress returns the length of an address a-b-c-d at the beginning of
// text.
func dashedAddress(text []byte) int {
	n := 0
	for part := range 4 {
		k := digits(text[n:])
		if k == 0 || k > 3 || k > 1 && text[n] == '0' {
			return 0
		}
		if v, _ := strconv.Atoi(string(text[n : n+k])); v > 255 {
			return 0
		}
		n += k
		if part < 3 {
			if n == len(text) || text[n] != '-' {
				return 0
			}
			n++
		}
	}
	if n < len(text) && (isLetter(text[n]) || text[n] == '-') {
		return 0
	}
	return n
}

func dashedMAC(text []byte) int {
	if len(text) < 17 || !isPairs(text[:17], '-') || len(text) > 17 && (isLetter(text[17]) || text[17] == '-') {
		return 0
	}
	return 17
}

// uuidLength returns the length of a uuid at the beginning of text, with dashes
// or without.
func uuidLength(text []byte) int {
	n := 0
	for n < len(text) && n < 37 && (isHex(text[n]) || text[n] == '-') {
		n++
	}
	if n >= 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' && allHex(text[:8]) && allHex(text[9:13]) &&
		allHex(text[14:18]) && allHex(text[19:23]) && allHex(text[24:36]) && (len(text) == 36 || !isLetter(text[36])) {
		return 36
	}
	if n >= 32 && allHex(text[:32]) && (len(text) == 32 || !isLetter(text[32]) && text[32] != '-') {
		return 32
	}
	return 0
}

// isPairs tells if text is pairs of hexadecimal digits with sep between them.
func isPairs(text []byte, sep byte) bool {
	for i, c := range text {
		if i%3 == 2 && c != sep || i%3 != 2 && !isHex(c) {
			return false
		}
	}
	return len(text)%3 == 2
}

// OnlyUUIDs replaces the uuids of a text, and nothing else.
func (m *Mapper) OnlyUUIDs(text []byte) []byte {
	s := scanner{m: m, text: text}
	for s.i < len(text) {
		if s.border() && s.uuid() {
			continue
		}
		s.out = append(s.out, text[s.i])
		s.i++
	}
	return s.out
}

func digits(text []byte) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

func isHex(c byte) bool { return c-'0' <= 9 || (c|0x20)-'a' <= 5 }

func allHex(text []byte) bool {
	for _, c := range text {
		if !isHex(c) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80
}

// isWord tells if a byte belongs to a word; a dash does too, but not at its
// beginning.
func isWord(c byte) bool { return isLetter(c) }
