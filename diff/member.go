package diff

import (
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/livemeta"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// member is the value of an unknown member of the top level: its text, or where
// that stands if it is long. Without either the side has no such member.
type member struct {
	text string
	long *LongText
}

func (m *member) set() bool { return m.text != "" || m.long != nil }

// member reads the member of a name.
func (s *side) member(name string) (m member, err error) {
	p, ok := s.members[name]
	if !ok {
		return m, nil
	}
	if size := p.End - p.Start; size > dump.LongValue {
		m.long = &LongText{Size: size, JSON: true, kind: longMember, place: p, source: s.source}
		return m, nil
	}
	b := make([]byte, p.End-p.Start)
	if _, err := s.text.ReadAt(b, p.Start); err != nil && err != io.EOF {
		return m, err
	}
	m.text = string(b)
	return m, nil
}

// compareMembers compares the unknown members of the top level.
func (c *comparison) compareMembers() error {
	exported, err := c.compareExported()
	if err != nil {
		return err
	}
	for i, s := range []*side{c.a, c.b} {
		for name := range s.members {
			if _, ok := c.a.members[name]; i == 1 && ok || exported && name == livemeta.Name {
				continue
			}
			if err := c.compareMember(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *comparison) compareMember(name string) error {
	old, err := c.a.member(name)
	if err != nil {
		return err
	}
	new, err := c.b.member(name)
	if err != nil {
		return err
	}
	if same, err := sameMember(&old, &new); same || err != nil {
		return err
	}
	return c.emitMember(name, &old, &new)
}

// emitMember puts the change of a member into the result.
func (c *comparison) emitMember(name string, old, new *member) error {
	for _, l := range []*LongText{old.long, new.long} {
		if l != nil {
			_, ok, err := l.meaningOf()
			if err != nil {
				return err
			}
			l.JSON = ok
		}
	}
	ch := &Change{Kind: Member, Op: Modified, Name: name, Old: old.text, New: new.text, OldLong: old.long, NewLong: new.long}
	switch {
	case !old.set():
		ch.Op = Added
	case !new.set():
		ch.Op = Removed
	}
	return c.emit(ch)
}

// sameMember compares two members in meaning.
func sameMember(a, b *member) (bool, error) {
	switch {
	case a.set() != b.set():
		return false, nil
	case a.long == nil && b.long == nil:
		return jsontree.EqualText([]byte(a.text), []byte(b.text)), nil
	}
	var texts, meanings [2]dump.Hash
	isJSON := true
	for i, m := range []*member{a, b} {
		l := m.long
		if l == nil {
			// It can mean the same as one that is longer.
			other := a.long
			if other == nil {
				other = b.long
			}
			texts[i] = dump.Hash(xxh3.Hash128([]byte(m.text)))
			h, ok, err := meaningOfText(m.text, other.source.options.Temp)
			if err != nil {
				return false, err
			}
			meanings[i], isJSON = h, isJSON && ok
			continue
		}
		err := l.read(func(r io.Reader) error {
			h := xxh3.New()
			_, err := io.Copy(h, r)
			texts[i] = dump.Hash(h.Sum128())
			return err
		})
		if err != nil {
			return false, err
		}
		h, ok, err := l.meaningOf()
		if err != nil {
			return false, err
		}
		meanings[i], isJSON = h, isJSON && ok
	}
	return texts[0] == texts[1] || isJSON && meanings[0] == meanings[1], nil
}
