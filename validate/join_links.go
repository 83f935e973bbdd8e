package validate

import (
	"bytes"
	"encoding/binary"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
)

// Links that don't add up are gathered by a second reading as halves: what each row says of the pair. Both ends of a pair
// come together, and each is held against the other.

// end is a half of a link, as it was gathered.
type end struct {
	kind           contrail.ColumnKind
	from, to       id
	value          uint64
	fromType       string
	claimed        string
	prefix         string // of a parent: the name without its last part; of a child: the name of the parent
	flags          byte
	at             int64
	fromKey, toKey string
}

const (
	endHasPrefix byte = 1 << iota
	endNoParentType
	endNamesParent
)

func (j *judge) collectHalf(r *Row, h *half, weird string) {
	if !j.linkBalance.suspect(bucketOf(r.id) ^ bucketOf(h.other)) {
		return
	}
	g := &r.Groups[h.group]
	first, second := r.id, h.other
	if bytes.Compare(first[:], second[:]) > 0 {
		first, second = second, first
	}
	pair := xxh3.Hash128(append(append(j.hash[:0], first[:]...), second[:]...)).Bytes()
	b := append(j.record[:0], pair[:]...)
	b = append(b, byte(g.Kind))
	b = append(append(b, r.id[:]...), h.other[:]...)
	b = binary.BigEndian.AppendUint64(b, h.mean)
	b = appendText(appendText(b, r.Type), g.Name)
	flags, prefix := byte(0), ""
	switch g.Kind {
	case contrail.ColumnParent:
		if len(r.FQName) > 0 {
			flags |= endHasPrefix
			prefix = r.above()
		}
		if !r.has(hasParentType) {
			flags |= endNoParentType
		}
		if contrail.NormalizeType(r.ParentType) == g.Name {
			flags |= endNamesParent
		}
	case contrail.ColumnChild:
		if len(r.FQName) > 0 {
			flags |= endHasPrefix
			prefix = r.Name()
		}
	}
	b = binary.AppendUvarint(append(b, flags), uint64(h.at))
	b = appendText(b, prefix)
	from := ""
	if !r.IsUUID || r.id.String() != r.Key {
		from = r.Key
	}
	b = appendText(appendText(b, from), weird)
	j.record = b
	j.halves.add(b)
}

func decodeEnd(payload []byte) end {
	d := decoder{payload}
	e := end{kind: contrail.ColumnKind(d.byte()), from: d.id(), to: d.id()}
	e.value = binary.BigEndian.Uint64(d.b)
	d.b = d.b[8:]
	e.fromType, e.claimed = d.text(), d.text()
	e.flags = d.byte()
	e.at = int64(d.uint())
	e.prefix = d.text()
	if e.fromKey = d.text(); e.fromKey == "" {
		e.fromKey = e.from.String()
	}
	if e.toKey = d.text(); e.toKey == "" {
		e.toKey = e.to.String()
	}
	return e
}

// joinLinks judges the links that don't add up.
func (r *run) joinLinks() error {
	return r.halves.groups(func(_ id, payloads [][]byte) error {
		ends := make([]end, len(payloads))
		for i, p := range payloads {
			ends[i] = decodeEnd(p)
		}
		for i := range ends {
			r.joinLink(&ends[i], ends)
		}
		return r.failure()
	})
}

func (r *run) joinLink(e *end, ends []end) {
	l := Link{Kind: e.kind, FromKey: e.fromKey, ToKey: e.toKey, FromType: e.fromType, Claimed: e.claimed,
		NoParentType: e.flags&endNoParentType != 0, NamesParent: e.flags&endNamesParent != 0,
		Prefix: e.prefix, HasPrefix: e.flags&endHasPrefix != 0, at: e.at}
	l.To = r.row(e.to)
	if l.To == nil {
		r.absent.add(append([]byte(nil), e.to[:]...))
	} else {
		l.ToName = l.To.Name()
	}
	var best *end
	for i := range ends {
		o := &ends[i]
		if o.from != e.to || o.to != e.from || !answers(e, o) {
			continue
		}
		if best == nil || o.kind == e.kind || o.value == e.value {
			best = o
		}
	}
	l.Back = best != nil
	if best != nil {
		l.backAt, l.backKind = best.at, best.kind
	}
	l.SameValue = best != nil && best.value == e.value
	if l.To != nil && l.Back && l.SameValue && l.To.Type == l.Claimed && e.kind != contrail.ColumnParent && e.kind != contrail.ColumnChild {
		return
	}
	if l.To == nil && e.kind != contrail.ColumnParent && !contrail.ValidUUID(l.ToKey) {
		return // no link at all: B-OBJ-5
	}
	r.hooks.link.call(&l)
	if e.kind == contrail.ColumnParent && l.To == nil {
		r.orphans++
	}
}

// answers tells if o is of the kind that belongs to the other end of e.
func answers(e, o *end) bool {
	switch e.kind {
	case contrail.ColumnRef:
		return o.names(e) && (o.kind == contrail.ColumnBackref || o.kind == contrail.ColumnRef && e.fromType == o.fromType)
	case contrail.ColumnBackref:
		return o.names(e) && o.kind == contrail.ColumnRef
	case contrail.ColumnParent:
		return o.names(e) && o.kind == contrail.ColumnChild
	case contrail.ColumnChild:
		return o.kind == contrail.ColumnParent
	}
	return false
}

// names tells if the column of o says the type that the row of e has.
func (o *end) names(e *end) bool { return o.claimed == e.fromType || e.fromType == "" }

// joinAncestors looks for objects far below an absent parent, and for rings of parents. Where all links add up there are
// none of either.
func (r *run) joinAncestors() error {
	if !r.linkBalance.bad {
		return nil
	}
	return r.rows.all(func(k id, payload []byte) error {
		row := r.decodeRow(k, payload)
		if len(row.Parents) == 0 {
			return nil
		}
		r.climb(row)
		return r.failure()
	})
}

// maxDepth is how far up parents are followed: the model is seven levels deep.
const maxDepth = 64

func (r *run) climb(row *Row) {
	up := row
	for depth := 0; depth < maxDepth && len(up.Parents) > 0; depth++ {
		p := up.Parents[0]
		if p.id == row.id {
			r.hooks.ancestry.call(&Ancestry{Row: row, Ring: true, Steps: depth + 1})
			return
		}
		next := r.row(p.id)
		if next == nil {
			if depth > 0 {
				r.hooks.ancestry.call(&Ancestry{Row: row, Absent: p.UUID, Steps: depth + 1, Below: up})
			}
			return
		}
		up = next
	}
}
