package validate

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/tidwall/gjson"
)

// permsForm recognises prop:id_perms, which every object has and no two the same: the texts differ in the two halves of the
// uuid, in times, and in who the owner is. It learns from one text, that was looked at in full, what all the others are
// like; what is recognised is JSON, and the rules about id_perms have nothing to say about it.
type permsForm struct {
	forms []perms
	turn  int
}

// perms is the raw text of an id_perms without what differs: parts alternate with fields.
type perms struct {
	parts  [][]byte
	fields []permsField
}

type permsField uint8

const (
	permsHigh permsField = iota
	permsLow
	permsCreated
	permsModified
	permsText // owner or group
)

const manyForms = 8

// The members that differ, with the escapes of the string around them.
var permsMembers = []struct {
	name  []byte
	field permsField
}{
	{[]byte(`\"uuid_mslong\": `), permsHigh}, {[]byte(`\"uuid_lslong\": `), permsLow},
	{[]byte(`\"created\": \"`), permsCreated}, {[]byte(`\"last_modified\": \"`), permsModified},
	{[]byte(`\"owner\": \"`), permsText}, {[]byte(`\"group\": \"`), permsText},
}

// look tells if a raw text has a known form, and if it is an ordinary id_perms of the object k with no time later than
// latest (empty: any time will do).
func (p *permsForm) look(raw []byte, k *id, latest string) (known, ordinary bool) {
	for i := range p.forms {
		if known, ordinary = p.forms[i].match(raw, k, latest); known {
			return known, ordinary
		}
	}
	return false, false
}

// match is look for one form.
func (f *perms) match(raw []byte, k *id, latest string) (known, ordinary bool) {
	var created, modified []byte
	ordinary = true
	for i, part := range f.parts {
		if len(raw) < len(part) || string(raw[:len(part)]) != string(part) {
			return false, false
		}
		raw = raw[len(part):]
		if i == len(f.fields) {
			break
		}
		switch f.fields[i] {
		case permsHigh, permsLow:
			n, rest, ok := leadingNumber(raw)
			if !ok {
				return false, false
			}
			raw = rest
			half := k[:8]
			if f.fields[i] == permsLow {
				half = k[8:]
			}
			ordinary = ordinary && n == binary.BigEndian.Uint64(half)
		default:
			end := bytes.IndexByte(raw, '\\')
			if end < 0 {
				return false, false
			}
			switch f.fields[i] {
			case permsCreated:
				created = raw[:end]
			case permsModified:
				modified = raw[:end]
			case permsHigh, permsLow, permsText:
			}
			raw = raw[end:]
		}
	}
	return len(raw) == 0, ordinary && usualTimes(created, modified) && (latest == "" || string(modified[:len(latest)]) <= latest)
}

// learn takes the form of a text that is known to be JSON, with the text that it stands for.
func (p *permsForm) learn(raw, text []byte) {
	v := gjson.ParseBytes(text)
	for _, path := range []string{"uuid.uuid_mslong", "uuid.uuid_lslong", "created", "last_modified"} {
		name := path[strings.LastIndexByte(path, '.')+1:]
		if !v.Get(path).Exists() || bytes.Count(raw, []byte(name)) != 1 {
			return // not where it belongs, or not only there
		}
	}
	var f perms
	rest := raw
	for {
		at, field := -1, permsText
		for _, m := range permsMembers {
			if i := bytes.Index(rest, m.name); i >= 0 && (at < 0 || i+len(m.name) < at) {
				at, field = i+len(m.name), m.field
			}
		}
		if at < 0 {
			break
		}
		f.parts = append(f.parts, bytes.Clone(rest[:at]))
		f.fields = append(f.fields, field)
		rest = rest[at:]
		if field == permsHigh || field == permsLow {
			_, rest, _ = leadingNumber(rest)
		} else if i := bytes.IndexByte(rest, '\\'); i >= 0 {
			rest = rest[i:]
		}
	}
	f.parts = append(f.parts, bytes.Clone(rest))
	// All four must be there, and what was learned must know what it was learned from.
	found := 0
	for _, field := range f.fields {
		if field != permsText {
			found++
		}
	}
	if form, _ := f.match(raw, new(id), ""); !form || found != 4 {
		return
	}
	if len(p.forms) < manyForms {
		p.forms = append(p.forms, f)
		return
	}
	p.forms[p.turn%manyForms] = f
	p.turn++
}
