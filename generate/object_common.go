package generate

// What every object has: display_name, id_perms, perms2.

var (
	idPermsOpen     = valueOf(`{"enable": true, "uuid": {"uuid_mslong": `)
	idPermsLow      = valueOf(`, "uuid_lslong": `)
	idPermsCreated  = valueOf(`}, "created": "`)
	idPermsModified = valueOf(`", "description": null, "creator": null, "user_visible": true, "last_modified": "`)
	idPermsOwner    = valueOf(`", "permissions": {"owner": "`)
	idPermsClose    = valueOf(`", "owner_access": 7, "other_access": 7, "group": "cloud-admin-group", "group_access": 7}}`)

	perms2Open   = valueOf(`{"owner": "`)
	perms2Global = valueOf(`", "owner_access": 7, "global_access": `)
	perms2Share  = valueOf(`, "share": [`)
	perms2Close  = value(`]}`)
	shareTenant  = valueOf(`{"tenant": "`)
	shareAccess  = valueOf(`", "tenant_access": `)
)

func (r *row) displayName() {
	s, n := r.s, uint64(r.s.i)
	r.prop("prop:display_name")
	switch {
	case s.copied:
		r.bytes(r.name.part(r.name.n - 1))
	case s.kind == project && s.i%16 == 7:
		// Outside of names, any character may occur.
		r.text("Launch 🚀 team " + string(appendUint(nil, n)))
	case s.kind == virtualMachine:
		r.quoteOpen()
		r.buf = appendUint(append(r.buf, "vm-"...), n)
		r.quoteClose()
	case s.kind == virtualMachineInterface:
		r.quoteOpen()
		r.buf = appendUint(append(r.buf, "port-"...), n)
		r.quoteClose()
	case s.name != "":
		r.buf = appendNested(r.buf, r.w.appendName(nil, s.kind, s.i))
	default:
		r.bytes(r.name.part(r.name.n - 1))
	}
	r.close()
}

func (r *row) idPerms() {
	s := r.s
	r.prop("prop:id_perms")
	r.raw(idPermsOpen)
	r.uint(s.id.hi)
	r.raw(idPermsLow)
	r.uint(s.id.lo)
	r.raw(idPermsCreated)
	r.buf = appendTime(r.buf, s.created)
	r.raw(idPermsModified)
	r.buf = appendTime(r.buf, s.modified)
	r.raw(idPermsOwner)
	r.owner()
	r.raw(idPermsClose)
	r.closeAt(s.modified + 13)
}

func (r *row) perms2() {
	sh := r.w.sharing(r.s.kind, r.s.i)
	r.prop("prop:perms2")
	r.raw(perms2Open)
	r.owner()
	r.raw(perms2Global)
	r.int(sh.global)
	r.raw(perms2Share)
	if sh.scope != "" {
		r.raw(shareTenant)
		r.buf = append(append(r.buf, sh.scope...), ':')
		r.uuid(sh.with)
		r.raw(shareAccess)
		r.int(sh.access)
		r.buf = append(r.buf, '}')
	}
	r.raw(perms2Close)
	r.close()
}

// owner appends who owns the object: the Keystone id of its project, or the
// administrator.
func (r *row) owner() {
	k, i := r.s.kind, r.s.i
	switch {
	case k == project && i > 0:
	case k.parent() == project && r.w.parentOf(k, i) > 0:
		i = r.w.parentOf(k, i)
	default:
		r.buf = append(r.buf, "cloud-admin"...)
		return
	}
	r.buf = appendBareUUID(r.buf, r.w.uuidOf(project, i))
}

// sharing is with whom an object is shared by its perms2, from which
// obj_shared_table follows: with everybody, with one tenant or domain, or not.
type sharing struct {
	global int    // access of everybody
	scope  string // "tenant" or "domain"; empty: with nobody in particular
	with   uuid
	access int // of whom it is shared with
}

func (sh sharing) accessOf() int { return max(sh.global, sh.access) }

func (g *generator) sharing(k kind, i int) sharing {
	switch k {
	case networkIPAM:
		if i < specialIPAMs {
			return sharing{global: 5}
		}
	case securityGroup:
		if i == noRuleGroup {
			return sharing{global: 5}
		}
	case virtualNetwork:
		switch {
		case i == wideNetwork || i == publicNetwork:
			return sharing{global: 7}
		case i >= specialNetworks && i%32 == 9:
			return sharing{scope: "domain", with: g.uuidOf(domain, 0), access: 5}
		}
	case networkPolicy:
		if i%7 == 3 {
			other := 1 + i%g.tenants
			return sharing{scope: "tenant", with: g.uuidOf(project, other), access: 7}
		}
	}
	return sharing{}
}

// sharedKinds are the kinds for which sharing can be other than nothing.
var sharedKinds = []kind{networkIPAM, securityGroup, virtualNetwork, networkPolicy}

// appendColumn appends the column of obj_shared_table that follows from an
// object's sharing; false if there is none.
func (sh sharing) appendColumn(dst []byte, id uuid) ([]byte, bool) {
	switch {
	case sh.global != 0:
		dst = append(dst, "global::"...)
	case sh.scope != "":
		dst = append(append(dst, sh.scope...), ':')
		dst = append(appendUUID(dst, sh.with), ':')
	default:
		return dst, false
	}
	return appendUUID(dst, id), true
}
