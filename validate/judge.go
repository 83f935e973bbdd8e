package validate

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// judge takes what the reading has come to: it calls the rules and gathers what is joined. It works beside the reading, on
// another core.
type judge struct {
	*run
	record   []byte
	hash     []byte
	typ      string // whose hash is
	typeHash uint64
	lastDirs [4]string
	dirTurn  int
	node     Node
	types    typeInfos
	value    []byte
}

// entry is an entry of obj_fq_name_table.
type entry struct {
	typ  string
	name []byte
	uuid []byte
	id   id
}

// hashType hashes a type; most are like the one before.
func (j *judge) hashType(typ string) uint64 {
	if typ != j.typ {
		j.typ, j.typeHash = typ, xxh3.HashString(typ)
	}
	return j.typeHash
}

// internType returns a type as a string; most are like the one before.
func (j *judge) internType(b []byte) string {
	if string(b) != j.typ {
		j.hashType(string(b))
	}
	return j.typ
}

// mix makes one hash of two, in an order.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, bits.RotateLeft64(b, 31)^0xd1b54a32d192ed03)
	return hi ^ lo
}

// words returns the two halves of an id.
func (k *id) words() (hi, lo uint64) {
	return binary.LittleEndian.Uint64(k[:8]), binary.LittleEndian.Uint64(k[8:])
}

// nameHash hashes a name of a type.
func (j *judge) nameHash(typ string, name []byte) uint64 {
	return mix(j.hashType(typ), xxh3.Hash(name))
}

// ofObject makes one hash of that of a name and of the object that has it.
func ofObject(name uint64, k *id) uint64 {
	hi, lo := k.words()
	return mix(mix(name, hi), lo)
}

// bucketOf is the bucket of a uuid: by its last bytes, which are as good as random.
func bucketOf(k id) uint64 {
	return uint64(k[15]) | uint64(k[14])<<8 | uint64(k[13])<<16
}

// entry takes an entry of the index.
func (j *judge) entry(e *entry) {
	same := j.nameHash(e.typ, e.name)
	if j.collecting {
		if j.indexBalance.suspect(bucketOf(e.id)) || j.lockBalance.suspect(bucketOf(e.id)) && j.hasLocks() {
			j.identities.add(entryRecord(e.id, identityEntry, e.typ, string(e.name), string(e.uuid)))
			j.nameGroups.add(nameRecord(e.typ, string(e.name), nameIndexed, string(e.uuid), ""))
		} else if j.seenNames.wants(same) || j.seenObjects.wants(same) {
			j.nameGroups.add(nameRecord(e.typ, string(e.name), nameIndexed, string(e.uuid), ""))
		}
		return
	}
	j.inv.Indexed++
	j.indexBalance.minus(bucketOf(e.id), ofObject(same, &e.id))
	j.seenNames.add(same)
	if namedTypes[e.typ] {
		h := j.hashID(e.typ, e.name)
		j.record = append(append(append(j.record[:0], h[:]...), nameIndexed), e.uuid...)
		j.names.add(j.record)
	}
}

// hashID is hashID of a type and a name.
func (j *judge) hashID(typ string, name []byte) id {
	j.hash = appendText(appendText(j.hash[:0], typ), name)
	return id(xxh3.Hash128(j.hash).Bytes())
}

// row takes a row of obj_uuid_table.
func (j *judge) row(r *Row) {
	if j.collecting {
		j.collectIdentity(r)
		j.fail(r.eachLink(func(h *half, weird string) { j.collectHalf(r, h, weird) }))
		return
	}
	for i := range r.pending {
		p := &r.pending[i]
		p.f.Type, p.f.FQName = r.Type, r.FQName
		j.keepFinding(&p.f, p.rank)
	}
	r.info = j.types.info(r.Type)
	r.info.count++
	j.inv.Objects++
	j.balanceLinks(r)
	if r.has(hasName) && r.Type != "" && r.FQName != nil {
		j.record = append(j.record[:0], r.name...)
		same := j.nameHash(r.Type, j.record)
		h := ofObject(same, &r.id)
		j.indexBalance.plus(bucketOf(r.id), h)
		if lock := lockName(j.record); len(lock) != len(r.name) {
			h = ofObject(j.nameHash(r.Type, lock), &r.id)
		}
		j.lockBalance.plus(bucketOf(r.id), h)
		j.seenObjects.add(same)
		if r.info.named {
			h := j.hashID(r.Type, j.record)
			j.record = append(append(append(j.record[:0], h[:]...), nameOfObject), r.Key...)
			j.names.add(j.record)
		}
		j.noteNormalForm(r)
	} else {
		// Objects without type or name can't be in the index: something is to be said about each.
		j.indexBalance.plus(bucketOf(r.id), 1)
	}
	r.dependents = r.countAll(contrail.ColumnBackref) + r.countAll(contrail.ColumnChild)
	j.hooks.row.call(r)
	j.note(r)
	j.record = j.appendRow(j.record[:0], r, r.info.stored)
	j.rows.add(j.record)
}

// lockName is a name as it stands in the path of its lock, where slashes are folded.
func lockName(name []byte) []byte {
	if bytes.Contains(name, []byte("//")) || bytes.HasSuffix(name, []byte("/")) {
		p := contrail.NormalizePath(append([]byte("/x:"), name...))
		return p[len("/x:"):]
	}
	return name
}

// The kinds of links. The ends of one link add up to nothing if they agree about rows, types, value and, of parents, name.
const (
	linkRef uint64 = iota + 1
	linkSame
	linkParent
)

// balanceLinks adds the links of a row.
func (j *judge) balanceLinks(r *Row) {
	own := j.hashType(r.Type)
	ownHi, ownLo := r.id.words()
	bucket := bucketOf(r.id)
	above, name := uint64(0), uint64(0)
	if r.kinds[contrail.ColumnParent] > 0 && len(r.FQName) > 0 {
		above = xxh3.HashString(r.above())
	}
	if r.kinds[contrail.ColumnChild] > 0 {
		name = xxh3.HashString(r.name)
	}
	one := func(h *half, _ string) {
		g := &r.Groups[h.group]
		other := g.class.hash
		hi, lo := h.other.words()
		var kind, value uint64
		var forward, plus bool
		switch g.Kind {
		case contrail.ColumnRef, contrail.ColumnBackref:
			kind, value = linkRef, h.value
			forward = g.Kind == contrail.ColumnRef
			if own == other {
				forward = bytes.Compare(r.id[:], h.other[:]) < 0
				kind = linkSame
			}
			plus = forward
		case contrail.ColumnChild:
			kind = linkParent
			forward = true
			if !g.class.freeChild(r.Type) {
				value = name
			}
		default:
			kind = linkParent
			plus = true
			if !freeName(g.Name, r.Type) {
				value = above
			}
		}
		var sum uint64
		if forward {
			sum = mix(mix(ownHi, ownLo), mix(hi, lo)) + mix(own, other)
		} else {
			sum = mix(mix(hi, lo), mix(ownHi, ownLo)) + mix(other, own)
		}
		sum = mix(sum, value+kind)
		at := bucket ^ bucketOf(h.other)
		if plus {
			j.linkBalance.plus(at, sum)
		} else {
			j.linkBalance.minus(at, sum)
		}
	}
	j.fail(r.eachLink(one))
}

// above is the name of a row without its last part.
func (r *Row) above() string {
	if len(r.FQName) < 2 {
		return ""
	}
	return r.name[:len(r.name)-len(r.FQName[len(r.FQName)-1])-1]
}

// freeChild tells of children: columns if the names of the children have nothing to do with that of a parent of a type.
func (c *columnClass) freeChild(parentType string) bool { return freeName(parentType, c.name) }

// freeName tells of the children whose names have nothing to do with their parent's.
func freeName(parentType, childType string) bool {
	return parentType == "config_root" || parentType == "instance_ip" && slices.Contains(freeChildren, childType)
}

var freeChildren = []string{"floating_ip", "alias_ip"}

// text returns the decoded text of a value; nil if it is none, or too long to hold. It is valid until the next call.
func (j *judge) text(v *dump.Value) []byte {
	var b []byte
	b, j.value = decodedValue(v, j.value)
	return b
}
