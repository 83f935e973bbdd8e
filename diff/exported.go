package diff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/livemeta"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/jsontree"
	"github.com/dumptool/dumptool/internal/spill"
)

// Most of what an export keeps in a member of its own (docs/live-metadata.md) is
// about the export: when it was made, with what, whether anything changed
// meanwhile. What it says of cells and nodes is content, and compared.

// exportLists are the parts of the member that are content.
var exportLists = [...]string{"cells", "nodes"}

// compareExported compares what exports say of cells and nodes beyond the dump. It
// returns false if one side has something else in that member.
func (c *comparison) compareExported() (done bool, err error) {
	var its [2]*spill.Iterator
	for i, s := range []*side{c.a, c.b} {
		items := spill.NewSorter(c.temp, c.memory/20)
		defer items.Close()
		ok, err := s.exported(c.o.Show[Ephemeral], func(list string, item *jsontree.Node) error {
			e := encoder{b: orderPart([]byte{list[0]}, itemKey(item))}
			n := len(e.b)
			return items.Add(binary.BigEndian.AppendUint32(append(e.b, item.Raw...), uint32(n)))
		})
		if !ok || err != nil {
			return false, err
		}
		if its[i], err = items.Sort(); err != nil {
			return false, err
		}
	}
	if same, err := sameItems(its[0], its[1]); same || err != nil {
		return true, err
	}
	old, err := c.a.exportContent(c.o.Show[Ephemeral])
	if err != nil {
		return false, err
	}
	new, err := c.b.exportContent(c.o.Show[Ephemeral])
	if err != nil {
		return false, err
	}
	return true, c.emitMember(livemeta.Name, &old, &new)
}

// mostOfItem is the length of the longest item of which an export can be.
const mostOfItem = dump.LongValue

// exported calls f for what the member says of cells and nodes. It returns false
// for a member of that name that is something else.
func (s *side) exported(ephemeral bool, f func(list string, item *jsontree.Node) error) (ok bool, err error) {
	p, found := s.members[livemeta.Name]
	if !found {
		return true, nil
	}
	sc := jsonscan.New(io.NewSectionReader(s.text, p.Start, p.End-p.Start), jsonscan.Options{
		OnFlaw: func(jsonscan.Flaw, int64, string) error { return nil },
	})
	if sc.Next() != jsonscan.ObjectStart {
		return false, nil
	}
	schema := ""
	var text bytes.Buffer
	for sc.Next() == jsonscan.Key {
		name := string(jsonscan.AppendDecoded(nil, sc.Raw()))
		k := sc.Next()
		if name == "schema" && k == jsonscan.String && !sc.More() {
			schema = string(jsonscan.AppendDecoded(nil, sc.Raw()))
		}
		if !slices.Contains(exportLists[:], name) {
			skipValue(sc, k)
			continue
		}
		if k != jsonscan.ArrayStart {
			return false, nil // it is something else
		}
		for k = sc.Next(); k != jsonscan.ArrayEnd && k != jsonscan.Invalid; k = sc.Next() {
			text.Reset()
			sc.Record(&limited{&text, mostOfItem})
			skipValue(sc, k)
			if err := sc.StopRecord(); err != nil {
				return false, noLimit(err)
			}
			item, err := jsontree.Parse(text.Bytes())
			if err != nil {
				return false, nil //nolint:nilerr // it is something else
			}
			if name == "nodes" && !ephemeral && isEphemeralItem(&item) {
				continue
			}
			if err := f(name, &item); err != nil {
				return false, err
			}
		}
	}
	if err := sc.Err(); err != nil {
		return false, readError(err)
	}
	return schema == livemeta.Schema, nil
}

// skipValue goes to the end of the value whose first token was of kind k.
func skipValue(sc *jsonscan.Scanner, k jsonscan.Kind) {
	if k != jsonscan.ObjectStart && k != jsonscan.ArrayStart {
		return
	}
	for depth := sc.Depth(); sc.Depth() >= depth && k != jsonscan.Invalid; {
		k = sc.Next()
	}
}

// limited is a buffer that takes no more than so many bytes.
type limited struct {
	*bytes.Buffer
	most int
}

var errTooLong = errors.New("too long")

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.most {
		return 0, errTooLong
	}
	return l.Buffer.Write(p)
}

func noLimit(err error) error {
	if errors.Is(err, errTooLong) {
		return nil
	}
	return err
}

// exportContent returns the part of the member that is content.
func (s *side) exportContent(ephemeral bool) (m member, err error) {
	kept := &s.source.kept
	start := kept.size
	if _, err := io.WriteString(kept, "{"); err != nil {
		return m, err
	}
	for i, list := range exportLists {
		sep := [...]string{"", ", "}[i] + `"` + list + `": [`
		_, err := s.exported(ephemeral, func(of string, item *jsontree.Node) error {
			if of != list {
				return nil
			}
			_, _ = io.WriteString(kept, sep) // the next write fails too
			sep = ", "
			_, err := kept.Write(bytes.TrimSpace(item.Raw))
			return err
		})
		if err != nil {
			return m, err
		}
		if sep != ", " {
			_, _ = io.WriteString(kept, sep) // the next write fails too
		}
		if _, err := io.WriteString(kept, "]"); err != nil {
			return m, err
		}
	}
	if _, err := io.WriteString(kept, "}"); err != nil {
		return m, err
	}
	p := dump.Place{Start: start, End: kept.size}
	if size := p.End - p.Start; size > dump.LongValue {
		m.long = &LongText{Size: size, JSON: true, kind: keptText, place: p, source: s.source}
		return m, nil
	}
	b, err := kept.read(p)
	m.text = string(b)
	return m, err
}

// isEphemeralItem tells of what is said of a node that a session owns it.
func isEphemeralItem(item *jsontree.Node) bool {
	if len(item.Nodes) < 2 {
		return false
	}
	m := item.Nodes[1].Member("ephemeral")
	return m != nil && string(bytes.TrimSpace(m.Raw)) == "true"
}

// expiryTolerance is by how many seconds the same time of expiry can differ:
// databases count what is left of it in whole seconds, from when they are asked.
const expiryTolerance = 2

// sameItems compares what two members say, whatever the order.
func sameItems(a, b *spill.Iterator) (bool, error) {
	for {
		okA, okB := a.Next(), b.Next()
		if !okA || !okB {
			return okA == okB, errors.Join(a.Err(), b.Err())
		}
		x, y := a.Record(), b.Record()
		n, k := binary.BigEndian.Uint32(x[len(x)-4:]), binary.BigEndian.Uint32(y[len(y)-4:])
		if !bytes.Equal(x[:n], y[:k]) {
			return false, nil
		}
		mine, err := jsontree.Parse(x[n : len(x)-4])
		if err != nil {
			return false, err
		}
		other, err := jsontree.Parse(y[k : len(y)-4])
		if err != nil {
			return false, err
		}
		if !sameItem(&mine, &other) {
			return false, nil
		}
	}
}

// itemKey is what an item is about: all of its elements but the last.
func itemKey(item *jsontree.Node) string {
	var b []byte
	for i := 0; i+1 < len(item.Nodes); i++ {
		b = strconv.AppendQuote(b, item.Nodes[i].Text)
	}
	return string(b)
}

// sameItem compares what is said of one cell or node.
func sameItem(a, b *jsontree.Node) bool {
	if len(a.Nodes) == 0 || len(b.Nodes) == 0 {
		return jsontree.Equal(a, b)
	}
	x, y := &a.Nodes[len(a.Nodes)-1], &b.Nodes[len(b.Nodes)-1]
	if len(x.Names) != len(y.Names) {
		return false
	}
	for i, name := range x.Names {
		other := y.Member(name)
		if other == nil {
			return false
		}
		if name == "expires" && near(x.Nodes[i].Raw, other.Raw) {
			continue
		}
		if !jsontree.Equal(&x.Nodes[i], other) {
			return false
		}
	}
	return true
}

func near(a, b []byte) bool {
	x, errX := strconv.ParseInt(string(bytes.TrimSpace(a)), 10, 64)
	y, errY := strconv.ParseInt(string(bytes.TrimSpace(b)), 10, 64)
	return errX == nil && errY == nil && max(x-y, y-x) <= expiryTolerance
}
