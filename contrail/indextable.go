package contrail

import (
	"bytes"
	"strconv"
	"strings"
)

// SplitNameColumn splits a column of obj_fq_name_table into the joined name, as
// stored, and the uuid. It fails if the column doesn't end in a colon and a
// uuid (B-FQN-2).
func SplitNameColumn(column []byte) (name, uuid []byte, ok bool) {
	i := bytes.LastIndexByte(column, ':')
	if i < 0 || !ValidUUID(column[i+1:]) {
		return nil, nil, false
	}
	return column[:i], column[i+1:], true
}

// NameColumns returns the columns of obj_fq_name_table, in the row of the
// object's type, that stand for the object. Either one will do; quoted is the
// same as raw if the name is ASCII. It fails if the object has no name.
func (o *Object) NameColumns() (raw, quoted string, ok bool) {
	if len(o.FQName) == 0 {
		return "", "", false
	}
	joined := JoinName(o.FQName)
	return joined + ":" + o.UUID, QuoteName(joined) + ":" + o.UUID, true
}

// ShareColumn is a column of obj_shared_table, taken apart.
type ShareColumn struct {
	Type []byte // global, tenant or domain
	ID   []byte // of the tenant or domain; empty for global
	UUID []byte // of the object that is shared
}

// ParseShareColumn takes a column of obj_shared_table apart. It fails if the
// column hasn't the form global::UUID or tenant|domain:ID:UUID (B-SHR-1). That
// the id is a uuid is not asked for: it is what the owner of the object wrote.
func ParseShareColumn(column []byte) (ShareColumn, bool) {
	typ, rest, found := bytes.Cut(column, colon)
	id, uuid, foundTwo := bytes.Cut(rest, colon)
	if !found || !foundTwo || !ValidUUID(uuid) {
		return ShareColumn{}, false
	}
	switch string(typ) {
	case "global":
		if len(id) > 0 {
			return ShareColumn{}, false
		}
	case "tenant", "domain":
		if len(id) == 0 {
			return ShareColumn{}, false
		}
	default:
		return ShareColumn{}, false
	}
	return ShareColumn{typ, id, uuid}, true
}

// Share is a column of obj_shared_table with its value, in the row of the type
// of the object.
type Share struct {
	Column string
	Value  string // access bits as a decimal number
}

// Shares returns the columns of obj_shared_table that follow from the object's
// perms2: one if it is open to all, one for each tenant or domain that it is
// shared with. The API server writes them only when perms2 changes, so for
// objects that it made itself at start they can be missing (B-SHR-2).
func (o *Object) Shares() []Share {
	perms := o.PropValue("perms2")
	var shares []Share
	if access, ok := uintValue(member(perms, "global_access")); ok && access > 0 {
		shares = append(shares, Share{"global::" + o.UUID, strconv.FormatUint(access, 10)})
	}
	list := member(perms, "share")
	if len(list) == 0 || list[0] != '[' {
		return shares
	}
	for e := range elements(list, 0) {
		entry := e.of(list)
		who := text(member(entry, "tenant"))
		access, ok := uintValue(member(entry, "tenant_access"))
		if !strings.Contains(who, ":") {
			who = "tenant:" + who
		}
		if ok && strings.Count(who, ":") == 1 {
			shares = append(shares, Share{who + ":" + o.UUID, strconv.FormatUint(access, 10)})
		}
	}
	return shares
}
