package pseudonym

import (
	"net/netip"

	"github.com/zeebo/xxh3"
)

// memoSize is the number of texts, words and addresses each of which something
// is remembered. What comes later takes the place of what has the same hash.
const memoSize = 1 << 16

// textMemo remembers what became of texts.
type textMemo struct {
	slots []struct{ text, result string }
}

func newTextMemo() textMemo {
	return textMemo{make([]struct{ text, result string }, memoSize)}
}

// of returns what became of a text, and the place to note it if that isn't known.
func (m *textMemo) of(text []byte) (result string, ok bool, place int) {
	place = int(xxh3.Hash(text) % memoSize)
	s := &m.slots[place]
	return s.result, s.text == string(text), place
}

func (m *textMemo) put(place int, text []byte, result string) {
	s := &m.slots[place]
	s.text, s.result = string(text), result
}

// addrMemo remembers what became of addresses.
type addrMemo struct {
	slots []struct{ addr, result netip.Addr }
}

func newAddrMemo() addrMemo {
	return addrMemo{make([]struct{ addr, result netip.Addr }, memoSize)}
}

// of returns where an address is noted, and if it is.
func (m *addrMemo) of(addr netip.Addr) (s *struct{ addr, result netip.Addr }, ok bool) {
	b := addr.As16()
	s = &m.slots[xxh3.Hash(b[:])%memoSize]
	return s, s.addr == addr
}
