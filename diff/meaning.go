package diff

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/keyset"
	"github.com/dumptool/dumptool/internal/spill"
)

// A value that is too long to be held is compared in meaning by a hash of what
// it means: strings by their decoded text, numbers and literals by their text,
// lists in order, members of an object in any order.

// meaner makes such hashes.
type meaner struct {
	temp   spill.Dir
	sc     *jsonscan.Scanner
	levels []level
	buf    []byte
}

// level is an object or a list that is open.
type level struct {
	object bool
	name   dump.Hash
	sum    dump.Sum    // of an object's members
	list   dump.Hash   // of the elements up to here
	names  *keyset.Set // of an object
}

// meaning returns the hash of the decoded text r. It fails without an error
// where jsontree does: if the text isn't JSON, or an object has a name twice.
func meaning(r io.Reader, temp spill.Dir) (h dump.Hash, ok bool, err error) {
	failed := false
	m := meaner{temp: temp, sc: jsonscan.New(r, jsonscan.Options{WTF8: true, OnFlaw: func(f jsonscan.Flaw, _ int64, _ string) error {
		failed = failed || f != jsonscan.LoneSurrogate
		return nil
	}})}
	defer m.close()
	for {
		k := m.sc.Next()
		switch k {
		case jsonscan.EOF:
			return h, !failed, nil
		case jsonscan.Invalid:
			return h, false, readError(m.sc.Err())
		case jsonscan.ObjectStart, jsonscan.ArrayStart:
			l := level{object: k == jsonscan.ObjectStart}
			if l.object {
				l.names = keyset.New(temp)
			}
			m.levels = append(m.levels, l)
			continue
		case jsonscan.Key:
			if ok, err := m.key(); err != nil || !ok {
				return h, false, err
			}
			continue
		}
		if h, ok, err = m.value(k); err != nil || !ok {
			return h, false, err
		}
		m.add(h)
	}
}

// Meaning returns a hash of what a JSON text of any length means: white space,
// escapes and the order of members don't count, the text of numbers does. ok is
// false if r, which is WTF-8, isn't JSON, or an object has a name twice.
func Meaning(r io.Reader, temp spill.Dir) (h dump.Hash, ok bool, err error) { return meaning(r, temp) }

// meaningOfText is meaning for a text that is held.
func meaningOfText(text string, temp spill.Dir) (dump.Hash, bool, error) {
	return meaning(strings.NewReader(text), temp)
}

func (m *meaner) close() {
	for _, l := range m.levels {
		if l.names != nil {
			l.names.Reset()
		}
	}
}

// key notes the name of a member; it fails if the object has it already.
func (m *meaner) key() (bool, error) {
	l := &m.levels[len(m.levels)-1]
	l.name = dump.HashText(dump.Text{Raw: m.sc.Raw(), Canonical: m.sc.Plain()})
	_, twice, err := l.names.Add(l.name, 0)
	return !twice, err
}

// value hashes the value that ends with the token of kind k.
func (m *meaner) value(k jsonscan.Kind) (h dump.Hash, ok bool, err error) {
	switch k {
	case jsonscan.String:
		return m.text()
	case jsonscan.Number, jsonscan.Literal:
		return m.hash('1', m.sc.Raw()), true, nil
	case jsonscan.ArrayEnd, jsonscan.ObjectEnd:
		l := m.levels[len(m.levels)-1]
		m.levels = m.levels[:len(m.levels)-1]
		if !l.object {
			return m.hash('[', appendHash(nil, l.list)), true, nil
		}
		twice := false
		err := l.names.Finish(func(int64, int64) error {
			twice = true
			return nil
		})
		return m.hash('{', appendHash(nil, dump.Hash(l.sum))), !twice, err
	}
	return h, false, nil
}

// text hashes a string, which may come in parts, by its canonical spelling.
func (m *meaner) text() (h dump.Hash, ok bool, err error) {
	x := xxh3.New()
	x.Write([]byte{'"'})
	part := m.sc.Raw()
	for more := m.sc.More(); ; {
		if more {
			if part, err = m.sc.NextPart(); err != nil {
				return h, false, readError(err)
			}
			more = m.sc.More()
		}
		m.buf = jsonscan.AppendCanonical(m.buf[:0], part)
		x.Write(m.buf)
		if !more {
			u := x.Sum128()
			return dump.Hash{Hi: u.Hi, Lo: u.Lo}, true, nil
		}
	}
}

// readError is the error of a scanner unless it says that the text isn't JSON.
func readError(err error) error {
	var syntax *jsonscan.Error
	if errors.As(err, &syntax) {
		return nil
	}
	return err
}

func (m *meaner) hash(kind byte, text []byte) dump.Hash {
	m.buf = append(append(m.buf[:0], kind), text...)
	u := xxh3.Hash128(m.buf)
	return dump.Hash{Hi: u.Hi, Lo: u.Lo}
}

// add makes a value part of what is around it.
func (m *meaner) add(h dump.Hash) {
	if len(m.levels) == 0 {
		return
	}
	l := &m.levels[len(m.levels)-1]
	if l.object {
		l.sum.Add(m.hash(':', appendHash(appendHash(nil, l.name), h)))
	} else {
		l.list = m.hash(',', appendHash(appendHash(nil, l.list), h))
	}
}

// sameLong is sameValue for two cells of which one at least is long.
func (c *comparison) sameLong(x, y *cell, inMeaning bool) (bool, error) {
	switch {
	case x.shape&valueShapes != y.shape&valueShapes || !sameExtra(x, y):
		return false, nil
	case x.long > 0 && y.long > 0 && bytes.Equal(x.text, y.text):
		return true, nil
	case x.shape&dump.NotText != 0:
		inMeaning = true
	case bytes.Equal(x.textHash(), y.textHash()):
		return true, nil
	}
	if !inMeaning {
		return false, nil
	}
	old, ok, err := c.a.meaning(x)
	if err != nil || !ok {
		return false, err
	}
	new, ok, err := c.b.meaning(y)
	return ok && old == new, err
}

// textHash returns what the text of a long value is known by.
func (h *cell) textHash() []byte {
	if h.long > 0 {
		return h.text
	}
	return appendHash(nil, textHash(string(h.text)))
}

// meaning returns the hash of what the value of a cell means.
func (s *side) meaning(h *cell) (u dump.Hash, ok bool, err error) {
	if h.long == 0 {
		return meaningOfText(string(h.text), s.d.Options().Temp)
	}
	l := LongText{place: h.place, source: s.source}
	return l.meaningOf()
}

// sameLongStored is sameStored for two values of which one at least is long.
func sameLongStored(a, b Stored) bool {
	if a.IsRaw != b.IsRaw || a.Set != b.Set {
		return false
	}
	if a.Long == nil {
		a, b = b, a
	}
	if b.Long != nil {
		return a.Long.hash == b.Long.hash || a.Long.JSON && b.Long.JSON && a.Long.meaning == b.Long.meaning
	}
	if a.Long.hash == string(appendHash(nil, textHash(b.Text))) {
		return true
	}
	h, ok, err := meaningOfText(b.Text, a.Long.source.options.Temp)
	return err == nil && ok && a.Long.JSON && a.Long.meaning == string(appendHash(nil, h))
}
