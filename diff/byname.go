package diff

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// Two systems give other uuids to what is the same. To compare them by name,
// the objects of B that have a name as one object of A has it are given the
// uuids of A, wherever they stand in B: in row keys, columns, values, paths and
// data of nodes. From there on all is as between two dumps of one system, and
// what was found is given back with the uuids of B. A uuid is as long as any
// other, so every place in the text stays where it is.

// Some names hold the uuids of other objects. Once those are paired, so can be
// the objects with such names; this takes another round.

// byName are the rounds of pairing, in order.
type byName struct {
	rounds []*pairing
	dumps  []*dump.Dump // B with the uuids of A, after each round
}

// mostRounds bounds the rounds; names that hold uuids are nested less deeply.
const mostRounds = 4

// pairing are the two directions of the uuids that one round found.
type pairing struct {
	toA, toB uuidTable
	// ambiguous counts the names that more than one object has in a dump while
	// the other dump has them too. Such objects keep their uuids.
	ambiguous int64
	pairs     int64
	// rest tells for each dump that the names of some objects that found none to
	// be paired with hold uuids.
	rest [2]bool
}

func (n *byName) close() error {
	if n == nil {
		return nil
	}
	var err error
	for _, p := range n.rounds {
		err = errors.Join(err, p.close())
	}
	for _, d := range n.dumps {
		err = errors.Join(err, d.Close())
	}
	return err
}

func (p *pairing) close() error { return errors.Join(p.toA.close(), p.toB.close()) }

// inA gives a text of B the uuids of A.
func (n *byName) inA(text string) (string, error) {
	var err error
	for _, p := range n.rounds {
		if text, err = p.toA.text(text); err != nil {
			return text, err
		}
	}
	return text, nil
}

// inB undoes inA.
func (n *byName) inB(text string) (string, error) {
	var err error
	for _, p := range slices.Backward(n.rounds) {
		if text, err = p.toB.text(text); err != nil {
			return text, err
		}
	}
	return text, nil
}

// readInB is inB for a text that is read at any place.
func (n *byName) readInB(text io.ReaderAt, size int64) io.ReaderAt {
	for _, p := range slices.Backward(n.rounds) {
		text = &replacedText{text: text, size: size, table: &p.toB}
	}
	return text
}

type uuid [16]byte

// parseUUID reads the 36 characters of a uuid in lower case.
func parseUUID(text []byte) (u uuid, ok bool) {
	if !contrail.ValidUUID(text) {
		return u, false
	}
	for _, c := range text {
		if c != '-' && !isHexDigit[c] {
			return u, false
		}
	}
	var digits [32]byte
	copyDigits(&digits, text)
	_, err := hex.Decode(u[:], digits[:])
	return u, err == nil
}

func copyDigits(digits *[32]byte, text []byte) {
	n := 0
	for _, c := range text {
		if c != '-' && n < len(digits) {
			digits[n] = c
			n++
		}
	}
}

// What is known of a uuid.
const (
	pairedB  = 'b' // uuid of an object of B that is paired; of A's follows
	pairedA  = 'a' // uuid of an object of A that is paired
	aloneInA = 'x' // uuid of an object of A that is not paired; the hash of its name follows
	aloneInB = 'y' // the same of B
)

// pairByName reads the names of both dumps and pairs their objects.
func pairByName(ctx context.Context, a, b *dump.Dump, temp spill.Dir, memory int64) (*pairing, error) {
	names := spill.NewSorter(temp, memory/8)
	defer names.Close()
	for side, d := range []*dump.Dump{a, b} {
		if err := readNames(ctx, d, byte(side), names); err != nil {
			return nil, err
		}
	}
	n := &pairing{}
	known := spill.NewSorter(temp, memory/8)
	defer known.Close()
	if err := n.pair(names, known); err != nil {
		return nil, err
	}
	back := spill.NewSorter(temp, memory/8)
	defer back.Close()
	n.toA.dir, n.toA.most = temp, memory/8
	n.toB.dir, n.toB.most = temp, memory/8
	err := n.fill(known, back)
	if err == nil {
		var it *spill.Iterator
		if it, err = back.Sort(); err == nil {
			for it.Next() && err == nil {
				err = n.toB.add(uuid(it.Record()[:16]), uuid(it.Record()[16:]))
			}
			err = errors.Join(err, it.Err(), n.toA.done(), n.toB.done())
		}
	}
	if err != nil {
		n.close()
		return nil, err
	}
	return n, nil
}

// readNames notes hash of type and name, side and uuid of each object, and if
// there is a uuid in the name.
func readNames(ctx context.Context, d *dump.Dump, side byte, names *spill.Sorter) error {
	d.Keep()
	options := d.Options()
	options.OthersFindDuplicates = true
	told := options.OnProblem
	options.OnProblem = func(p *dump.Problem) error {
		switch {
		case !p.Damage:
			return nil // the comparison will mention it
		case told != nil:
			return told(p)
		}
		return p
	}
	r, err := d.ReaderWith(ctx, options)
	if err != nil {
		return err
	}
	defer r.Close()
	var typ, fqName, rec []byte
	var name nameHasher
	object := false
	for r.Next() {
		switch r.Kind() {
		case dump.TableStart:
			object = r.Keyspace() == configKeyspace && r.Table() == "obj_uuid_table"
		case dump.RowStart:
			typ, fqName = typ[:0], fqName[:0]
		case dump.CellRead:
			if !object {
				continue
			}
			c := r.Cell()
			if c.Value.Long() {
				continue
			}
			switch {
			case c.Name.Is("type"):
				typ = c.Value.Text().AppendDecoded(typ[:0])
			case c.Name.Is("fq_name"):
				fqName = c.Value.Text().AppendDecoded(fqName[:0])
			}
		case dump.RowEnd:
			if !object {
				continue
			}
			u, ok := parseUUID(r.Key().Decoded())
			h, named := name.hash(typ, fqName)
			if ok && named {
				rec = append(append(append(appendHash(rec[:0], h), side), u[:]...), 0)
				if holdsUUID(fqName) {
					rec[len(rec)-1] = 1
				}
				if err := names.Add(rec); err != nil {
					return err
				}
			}
		}
	}
	return r.Err()
}

// holdsUUID tells if something that looks like a uuid stands in a text.
func holdsUUID(text []byte) bool {
	for i := 8; i+28 <= len(text); i++ {
		if text[i] == '-' && text[i+5] == '-' && contrail.ValidUUID(text[i-8:i+28]) {
			return true
		}
	}
	return false
}

// pair pairs the objects whose name one object has on each side, and notes what
// it knows of each uuid.
func (n *pairing) pair(names, known *spill.Sorter) error {
	it, err := names.Sort()
	if err != nil {
		return err
	}
	var name []byte
	var sides [2][]uuid
	var holds [2]bool
	flush := func() error {
		defer func() { sides, holds = [2][]uuid{sides[0][:0], sides[1][:0]}, [2]bool{} }()
		if len(sides[0]) == 1 && len(sides[1]) == 1 {
			n.pairs++
			a, b := sides[0][0], sides[1][0]
			return errors.Join(known.Add(slices.Concat(b[:], []byte{pairedB}, a[:])), known.Add(append(a[:], pairedA)))
		}
		if len(sides[0]) > 0 && len(sides[1]) > 0 {
			n.ambiguous++
		}
		for i, kind := range []byte{aloneInA, aloneInB} {
			n.rest[i] = n.rest[i] || holds[i]
			for _, u := range sides[i] {
				if err := known.Add(slices.Concat(u[:], []byte{kind}, name)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for it.Next() {
		rec := it.Record()
		if !slices.Equal(name, rec[:16]) {
			if err := flush(); err != nil {
				return err
			}
			name = append(name[:0], rec[:16]...)
		}
		side := rec[16]
		sides[side] = append(sides[side], uuid(rec[17:33]))
		holds[side] = holds[side] || rec[33] != 0
	}
	if it.Err() != nil {
		return it.Err()
	}
	return flush()
}

// fill makes the table that leads to A's uuids, and notes the way back. A uuid
// of B that is another object's in A gets one that nobody has, so that the two
// are not taken for the same.
func (n *pairing) fill(known, back *spill.Sorter) error {
	it, err := known.Sort()
	if err != nil {
		return err
	}
	var at, to uuid
	var isB, isA bool
	var alone [2][]byte
	flush := func() error {
		target := at
		switch {
		case isB:
			target = to
		case isA, alone[0] != nil && alone[1] != nil && !slices.Equal(alone[0], alone[1]):
			target = freshUUID(at)
		}
		if target == at {
			return nil
		}
		if err := n.toA.add(at, target); err != nil {
			return err
		}
		return back.Add(slices.Concat(target[:], at[:]))
	}
	for first := true; it.Next(); first = false {
		rec := it.Record()
		if u := uuid(rec[:16]); first || u != at {
			if !first {
				if err := flush(); err != nil {
					return err
				}
			}
			at, isA, isB, alone = u, false, false, [2][]byte{}
		}
		switch rec[16] {
		case pairedB:
			isB, to = true, uuid(rec[17:])
		case pairedA:
			isA = true
		case aloneInA:
			alone[0] = slices.Clone(rec[17:])
		case aloneInB:
			alone[1] = slices.Clone(rec[17:])
		}
	}
	if it.Err() != nil {
		return it.Err()
	}
	return flush()
}

// freshUUID returns a uuid that nobody has.
func freshUUID(u uuid) (fresh uuid) {
	h := xxh3.Hash128Seed(u[:], 0x6e616d65)
	binary.BigEndian.PutUint64(fresh[:], h.Hi)
	binary.BigEndian.PutUint64(fresh[8:], h.Lo)
	return fresh
}

// compareByName is compare for two systems.
func compareByName(ctx context.Context, a, b *dump.Dump, o Options) (*Result, error) {
	names, other, text, err := matchNames(ctx, a, b)
	if err == nil {
		o.Objects = slices.Clone(o.Objects)
		for i := range o.Objects {
			if o.Objects[i].inA, err = names.inA(o.Objects[i].UUID); err != nil {
				return nil, errors.Join(err, names.close())
			}
		}
		var r *Result
		if r, err = compare(ctx, a, other, o); err == nil {
			r.byName = names
			r.sources[1].text = text // long values are shown as they stand in B
			r.sources[1].asStored = names.readInB
			r.Summary.Ambiguous = names.rounds[len(names.rounds)-1].ambiguous
			return r, nil
		}
	}
	return nil, errors.Join(err, names.close())
}

// matchNames pairs the objects of two dumps. It returns B with the uuids of A,
// which is closed with the names, and the text of B as it is.
func matchNames(ctx context.Context, a, b *dump.Dump) (names *byName, other *dump.Dump, text io.ReaderAt, err error) {
	memory := a.Options().Memory
	if memory <= 0 {
		memory = defaultMemory
	}
	names = &byName{}
	source := b
	for found := int64(-1); ; {
		p, err := pairByName(ctx, a, source, a.Options().Temp, memory)
		if err != nil {
			return names, nil, nil, err
		}
		names.rounds = append(names.rounds, p)
		under, err := source.At()
		if err != nil {
			return names, nil, nil, err
		}
		if text == nil {
			text = under
		}
		replaced := &replacedText{text: under, size: source.Bytes(), table: &p.toA}
		if source, err = dump.Open(dump.Input{Name: b.Name(), At: replaced, Size: replaced.size}, b.Options()); err != nil {
			return names, nil, nil, err
		}
		names.dumps = append(names.dumps, source)
		if p.pairs == found || !p.rest[0] || !p.rest[1] || len(names.rounds) == mostRounds {
			return names, source, text, nil
		}
		found = p.pairs
	}
}
