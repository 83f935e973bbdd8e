package leak

import (
	"encoding/binary"

	"github.com/dumptool/dumptool/contrail"
)

// words holds what is searched for between borders of words.
type words struct {
	needles []needle
	next    []int32 // of needles with the same hash: the next one, or -1
	texts   []byte
	single  map[uint64]int32 // hash of the word that is all of it: the first needle
	pairs   map[uint64][]int // hash of the first two words: the lengths of those that begin with them
	whole   map[uint64]int32 // hash of the whole text of these: the first needle
	filter  []uint64         // bits, by hash of a word or two
	shift   uint
	wholes  []uint64 // the same of whole texts
	wshift  uint
	longest int
}

func newWords() *words {
	return &words{single: map[uint64]int32{}, pairs: map[uint64][]int{}, whole: map[uint64]int32{}}
}

// size estimates the memory of the words with their filter.
func (s *words) size() int64 {
	return int64(cap(s.texts)) + 24*int64(len(s.needles)) + 48*int64(len(s.single)+len(s.whole)) + 100*int64(len(s.pairs))
}

func (s *words) add(text []byte, original int32) {
	n := int32(len(s.needles))
	start := int32(len(s.texts))
	s.texts = append(s.texts, text...)
	s.needles = append(s.needles, needle{start, int32(len(s.texts)), original})
	s.longest = max(s.longest, len(text))
	table, h := s.single, uint64(0)
	first, second := firstWords(text)
	if first.from == 0 && first.to == len(text) {
		h = hashWord(text, 0, len(text))
	} else {
		table, h = s.whole, hashWord(text, 0, len(text))
		if first.to > first.from {
			p := hashWord(text, first.from, first.to)
			if second.to > second.from {
				p = hashPair(p, hashWord(text, second.from, second.to))
			}
			s.pairs[p] = addLength(s.pairs[p], len(text)-first.from)
			h = hashWord(text, first.from, len(text))
		}
	}
	at, ok := table[h]
	if !ok {
		at = -1
	}
	s.next = append(s.next, at)
	table[h] = n
}

func addLength(list []int, n int) []int {
	for _, l := range list {
		if l == n {
			return list
		}
	}
	return append(list, n)
}

type span struct{ from, to int }

// firstWords returns the first two words of a text; they are empty if there are
// none.
func firstWords(text []byte) (first, second span) {
	i := 0
	next := func() span {
		for i < len(text) && !isWord[text[i]] {
			i++
		}
		from := i
		for i < len(text) && isWord[text[i]] {
			i++
		}
		return span{from, i}
	}
	return next(), next()
}

var isWord = func() (t [256]bool) {
	for i := range t {
		c := byte(i)
		t[i] = c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80
	}
	return t
}()

const mix = 0x9e3779b97f4a7c15

// hashWord hashes text[from:to] in any case.
func hashWord(text []byte, from, to int) uint64 {
	h := uint64(to - from)
	for ; to-from > 8; from += 8 {
		h = (h ^ (binary.LittleEndian.Uint64(text[from:]) | foldMask)) * mix
		h ^= h >> 29
	}
	var v uint64
	if from+8 <= len(text) {
		v = binary.LittleEndian.Uint64(text[from:]) & (1<<(8*(to-from)) - 1)
	} else {
		for i := to - 1; i >= from; i-- {
			v = v<<8 | uint64(text[i])
		}
	}
	h = (h ^ (v | foldMask)) * mix
	return (h ^ h>>32) * mix
}

func hashPair(a, b uint64) uint64 { return (a<<1 ^ a>>63 ^ b) * mix }

// seal makes the filter.
func (s *words) seal() {
	all := make(map[uint64]struct{}, len(s.single)+len(s.pairs))
	for h := range s.single {
		all[h] = struct{}{}
	}
	for h := range s.pairs {
		all[h] = struct{}{}
	}
	s.filter, s.shift = newFilter(len(all), all)
	s.wholes, s.wshift = newFilter(len(s.whole), s.whole)
}

func (s *words) may(h uint64) bool {
	b := h >> s.shift
	return s.filter[b/64]&(1<<(b%64)) != 0
}

func (s *words) mayBeWhole(h uint64) bool {
	b := h >> s.wshift
	return s.wholes[b/64]&(1<<(b%64)) != 0
}

// passed remembers words that no needle begins with: most words of a dump are
// among a few.
type passed [1 << 12]uint64

// may is that of the words, which is asked seldom.
func (p *passed) may(s *words, h uint64) bool {
	slot := &p[h%uint64(len(p))]
	if *slot == h && h != 0 {
		return false
	}
	if s.may(h) {
		return true
	}
	*slot = h
	return false
}

// scan calls found for each occurrence that begins in text[from:limit].
func (s *words) scan(no *passed, text []byte, from, limit int, found func(original int32, start, end int)) {
	if len(s.needles) == 0 {
		return
	}
	var before uint64 // hash of the word before
	var start int     // where it begins
	for i := from; i < len(text); {
		if !isWord[text[i]] {
			i++
			continue
		}
		if i+36 <= len(text) && text[i+8] == '-' && text[i+13] == '-' && contrail.ValidUUID(text[i:i+36]) && (i == 0 || !isWord[text[i-1]]) &&
			(i+36 == len(text) || !isWord[text[i+36]]) {
			s.uuid(no, text, i, found)
			before = 0
			i += 36
			continue
		}
		begin := i
		for i++; i < len(text) && isWord[text[i]]; i++ {
		}
		end := i
		if begin == from && from > 0 && isWord[text[from-1]] {
			continue // only its end
		}
		if begin > 0 && text[begin-1] == '\\' {
			switch text[begin] {
			case 'n', 'r', 't', 'b', 'f':
				begin++ // the letter belongs to the escape
			case 'u':
				before = 0 // escapes of letters are decoded
				continue
			}
		}
		if begin >= limit && (before == 0 || start >= limit) {
			return
		}
		if begin == end || end < len(text) && text[end] == '\\' && end+5 < len(text) && isLetterEscape(text[end:]) {
			before = 0
			continue
		}
		h := hashWord(text, begin, end)
		if begin < limit && no.may(s, h) {
			s.one(text, begin, end, h, found)
			s.group(text, begin, h, found)
		}
		if before != 0 && start < limit {
			if p := hashPair(before, h); no.may(s, p) {
				s.group(text, start, p, found)
			}
		}
		before, start = h, begin
	}
}

// one looks for needles that are one word.
func (s *words) one(text []byte, begin, end int, h uint64, found func(original int32, start, end int)) {
	at, ok := s.single[h]
	for ; ok && at >= 0; at = s.next[at] {
		n := &s.needles[at]
		if want := s.texts[n.start:n.end]; len(want) == end-begin && equalFold(want, text[begin:end]) {
			found(n.original, begin, end)
		}
	}
}

// group looks for needles of which the first word, or the first two, have a
// hash.
func (s *words) group(text []byte, begin int, h uint64, found func(original int32, start, end int)) {
	for _, length := range s.pairs[h] {
		end := begin + length
		if end > len(text) || end < len(text) && isWord[text[end]] && isWord[text[end-1]] {
			continue
		}
		whole := hashWord(text, begin, end)
		if !s.mayBeWhole(whole) {
			continue
		}
		at, ok := s.whole[whole]
		for ; ok && at >= 0; at = s.next[at] {
			n := &s.needles[at]
			want := s.texts[n.start:n.end]
			if first, _ := firstWords(want); begin >= first.from && equalFold(want[first.from:], text[begin:end]) {
				found(n.original, begin, end)
			}
		}
	}
}

// uuid looks for a uuid.
func (s *words) uuid(no *passed, text []byte, begin int, found func(original int32, start, end int)) {
	p := hashPair(hashWord(text, begin, begin+8), hashWord(text, begin+9, begin+13))
	if no.may(s, p) {
		s.group(text, begin, p, found)
	}
}

func isHex(c byte) bool { return c-'0' <= 9 || (c|0x20)-'a' <= 5 }

// isLetterEscape tells if a text begins with the escape of a letter that isn't
// ASCII, at any level of strings.
func isLetterEscape(text []byte) bool {
	i := 0
	for i < len(text) && text[i] == '\\' {
		i++
	}
	return i+4 < len(text) && text[i] == 'u' && isHex(text[i+1]) && isHex(text[i+2]) && isHex(text[i+3]) && isHex(text[i+4]) &&
		(text[i+1] != '0' || text[i+2] != '0' || text[i+3] >= '8')
}
