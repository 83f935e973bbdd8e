package validate

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/dumptool/dumptool/contrail"
)

const (
	identityEntry byte = iota
	identityLock
)

func entryRecord(k id, kind byte, typ, name, uuid string) []byte {
	b := append(append([]byte(nil), k[:]...), kind)
	return appendText(appendText(appendText(b, typ), name), uuid)
}

func nameRecord(typ, name string, kind byte, uuid, path string) []byte {
	h := hashID(typ, string(lockName([]byte(name))))
	b := append(h[:], kind)
	return appendText(appendText(appendText(appendText(b, typ), name), uuid), path)
}

// collectIdentity gathers, in the second reading, the objects whose names don't add up.
func (j *judge) collectIdentity(r *Row) {
	bucket := bucketOf(r.id)
	suspect := j.indexBalance.suspect(bucket) || j.hasLocks() && j.lockBalance.suspect(bucket)
	if suspect {
		// The row itself stands in the store; this brings it to its group.
		b := append(append([]byte(nil), r.id[:]...), 0xff)
		j.identities.add(b)
	}
	if r.Type == "" || r.FQName == nil {
		return
	}
	name := r.Name()
	same := j.nameHash(r.Type, []byte(name))
	if suspect || j.seenObjects.wants(same) || j.seenNames.wants(same) {
		j.nameGroups.add(nameRecord(r.Type, name, nameOfObject, r.Key, r.created))
	}
}

// joinIdentities judges the uuids whose index entries or locks don't add up.
func (r *run) joinIdentities() error {
	return r.identities.groups(func(k id, payloads [][]byte) error {
		x := Identity{Row: r.row(k), UUID: k.String(), HasLocks: r.hasLocks()}
		for _, p := range payloads {
			d := decoder{p}
			switch d.byte() {
			case identityEntry:
				e := IndexEntry{Type: d.text(), Name: d.text(), UUID: d.text()}
				x.UUID = e.UUID
				x.Entries = append(x.Entries, e)
			case identityLock:
				l := NameLock{Type: d.text(), Name: d.text(), UUID: d.text(), Path: d.text()}
				x.UUID = l.UUID
				x.Locks = append(x.Locks, l)
			}
		}
		if x.Row != nil {
			x.UUID = x.Row.Key
		}
		if x.Row != nil && !slices.ContainsFunc(x.Entries, func(e IndexEntry) bool { return e.Type == x.Row.Type }) {
			r.unindexed.add(append([]byte(nil), k[:]...))
		}
		r.hooks.identity.call(&x)
		r.askForLock(&x)
		return r.failure()
	})
}

// askForLock asks the join of paths what became of a lock that isn't there.
func (r *run) askForLock(x *Identity) {
	if !x.HasLocks || x.Row == nil || x.Row.Type == "" || x.Row.FQName == nil {
		return
	}
	want := lockPathOf(x.Row)
	for _, l := range x.Locks {
		if l.Path == want {
			return
		}
	}
	path := r.inv.cluster() + want
	h := pathKey([]byte(path))
	b := append(h[:], pathAsked)
	b = appendText(appendText(appendText(b, path), x.Row.Key), x.Row.Type)
	for _, part := range x.Row.FQName {
		b = appendText(b, part)
	}
	r.pathTable.add(b)
}

// lockPathOf is the path of the lock of a name, without a cluster id.
func lockPathOf(row *Row) string {
	return string(contrail.NormalizePath([]byte("/fq-name-to-uuid/" + row.Type + ":" + row.Name())))
}

// Form tells in which form an index entry names the row.
func (e IndexEntry) form(row *Row) contrail.NameForm {
	return contrail.MatchName(e.Name, row.Name())
}

// joinNames judges the names that several uuids have, and those about which index and locks disagree.
func (r *run) joinNames() error {
	return r.nameGroups.groups(func(_ id, payloads [][]byte) error {
		var n Namesakes
		for _, p := range payloads {
			d := decoder{p}
			kind := d.byte()
			typ, name, uuid, path := d.text(), d.text(), d.text(), d.text()
			n.Type = typ
			switch kind {
			case nameIndexed:
				n.Name = name
				n.IndexUUIDs = append(n.IndexUUIDs, uuid)
				if row := r.Row(uuid); row != nil {
					n.Indexed = append(n.Indexed, row)
				}
			case nameOfObject:
				n.Name = name
				if row := r.Row(uuid); row != nil {
					n.Objects, n.created = append(n.Objects, row), append(n.created, path)
				}
			case nameLocked:
				if n.Name == "" {
					n.Name = name
				}
				n.LockUUIDs = append(n.LockUUIDs, uuid)
				n.LockPath = path
			}
		}
		r.hooks.name.call(&n)
		return r.failure()
	})
}

// noteNormalForm keeps names that could be written in another normal form of Unicode.
func (j *judge) noteNormalForm(r *Row) {
	name := r.Name()
	for i := range len(name) {
		if name[i] >= 0x80 {
			h := hashID(r.Type, norm.NFC.String(name))
			j.noted = appendText(appendText(appendText(append(j.noted[:0], h[:]...), r.Type), name), r.Key)
			j.normalNames.add(j.noted)
			return
		}
	}
}

// joinNormalForms judges names that are one in another normal form.
func (r *run) joinNormalForms() error {
	return r.normalNames.groups(func(_ id, payloads [][]byte) error {
		first := ""
		for _, p := range payloads {
			d := decoder{p}
			_, name, uuid := d.text(), d.text(), d.text()
			switch {
			case first == "":
				first = name
			case name != first:
				r.hooks.spelling.call(&Spelling{Row: r.Row(uuid), Name: name, Other: first})
			}
		}
		return r.failure()
	})
}

func uuidList(rows []*Row) string {
	var list []string
	for _, row := range rows {
		list = append(list, row.Key)
	}
	return strings.Join(list, ", ")
}
