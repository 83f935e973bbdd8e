package validate

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/internal/spill"
)

// lockTable brings together, subnet by subnet and address by address, who holds an address and who locks it. Records are
// sorted by owner, subnet and number; a subnet is never held as a whole.
type lockTable struct {
	sorter *spill.Sorter
	texts  *store // texts of the subnets of Cassandra
	count  int64
	err    error
	rec    []byte
	dir    []byte // directory of the node before
	dirs   uint64 // how many there were
}

const (
	lockDeclared byte = iota // a subnet of Cassandra, with its name and that of the owner
	lockDir                  // a directory of ZooKeeper, with both names, its number and path
	lockHolder
	lockNode
	lockOdd // an address of Cassandra that alloc_unit doesn't divide
)

const lockHead = 8 + 8 + 16 + 1

func newLockTable(sorter *spill.Sorter, texts *store) *lockTable {
	return &lockTable{sorter: sorter, texts: texts}
}

func (t *lockTable) close() {
	t.sorter.Close()
	t.texts.close()
}

// begin begins a record.
func (t *lockTable) begin(owner, subnet string, hi, lo uint64, kind byte) []byte {
	b := binary.BigEndian.AppendUint64(t.rec[:0], xxh3.HashString(owner))
	b = binary.BigEndian.AppendUint64(b, xxh3.HashString(subnet))
	b = binary.BigEndian.AppendUint64(b, hi)
	b = binary.BigEndian.AppendUint64(b, lo)
	return append(b, kind)
}

func (t *lockTable) add(b []byte) {
	t.rec = b
	t.count++
	if err := t.sorter.Add(b); err != nil && t.err == nil {
		t.err = err
	}
}

// declare takes a subnet that Cassandra has.
func (t *lockTable) declare(s *SubnetView) {
	b := t.begin(s.Owner, s.Text, 0, 0, lockDeclared)
	b = appendText(appendText(b, s.Owner), s.Text)
	b = binary.AppendUvarint(b, s.Unit)
	for _, a := range []netip.Addr{s.Gateway, s.DNS} {
		text := ""
		if a.IsValid() {
			text = a.String()
		}
		b = appendText(b, text)
	}
	text := ""
	if s.Prefix.IsValid() {
		text = s.Prefix.String()
	}
	t.add(appendText(b, text))
	h := hashID(s.Text)
	t.texts.add(h[:])
}

// hold takes the address of an object.
func (t *lockTable) hold(h *Held) {
	hi, lo := addressNumber(h.Addr, h.Subnet.Unit)
	b := t.begin(h.Subnet.Owner, h.Subnet.Text, hi, lo, lockHolder)
	b = append(b, addressRank[h.Row.Type])
	b = append(b, h.Row.id[:]...)
	t.add(appendKey(b, h.Row.id, h.Row.Key))
	if h.Subnet.Unit > 1 && h.Subnet.addressOf(hi, lo) != h.Addr {
		t.add(t.begin(h.Subnet.Owner, h.Subnet.Text, 0, 0, lockOdd))
	}
}

// lock takes a node below the directory of subnets.
func (t *lockTable) lock(n *Node) {
	owner, prefix := asText(n.Name), asText(n.Prefix)
	if prefix == "" {
		return // no subnet: M-IPA-1
	}
	if n.Kind != contrail.NodeAddress {
		subnet := prefix
		if n.Length > 0 || len(n.Normal) > 0 && n.Normal[len(n.Normal)-1] == '0' && endsInLength(string(n.Normal), prefix) {
			subnet += "/" + strconv.Itoa(int(n.Length))
		}
		t.directory(owner, subnet, n.Normal)
		return
	}
	var memory [64]byte
	subnet := asText(strconv.AppendInt(append(append(memory[:0], prefix...), '/'), int64(n.Length), 10))
	dir := n.Normal[:len(n.Normal)-len(n.Index)]
	if string(dir) != string(t.dir) {
		t.directory(owner, subnet, dir)
	}
	hi, lo, ok := parse128(asText(n.Index))
	if !ok {
		return
	}
	b := t.begin(owner, subnet, hi, lo, lockNode)
	b = binary.AppendUvarint(b, t.dirs)
	if k, ok := parseUUID(n.Text); ok {
		b = append(append(b, 1), k[:]...)
	} else {
		b = appendText(append(b, 0), n.Text)
	}
	t.add(append(b, n.Index...))
}

// directory takes a directory of addresses.
func (t *lockTable) directory(owner, subnet string, path []byte) {
	t.dir = append(t.dir[:0], path...)
	t.dirs++
	b := t.begin(owner, subnet, 0, 0, lockDir)
	b = appendText(appendText(b, owner), subnet)
	t.add(append(binary.AppendUvarint(b, t.dirs), path...))
}

// endsInLength tells if a path ends in the length 0 of a prefix.
func endsInLength(path, prefix string) bool {
	end := ":" + prefix + "/0"
	return len(path) > len(end) && path[len(path)-len(end):] == end
}

// parse128 reads a decimal number of up to 128 bits.
func parse128(s string) (hi, lo uint64, ok bool) {
	if !isDecimal(s) || len(s) > 45 {
		return 0, 0, false
	}
	for i := range len(s) {
		over1, h := bits.Mul64(hi, 10)
		carryHi, l := bits.Mul64(lo, 10)
		l, c := bits.Add64(l, uint64(s[i]-'0'), 0)
		h, c2 := bits.Add64(h, carryHi, c)
		if over1 != 0 || c2 != 0 {
			return 0, 0, false
		}
		hi, lo = h, l
	}
	return hi, lo, true
}

// addressNumber is the number of an address: divided by alloc_unit.
func addressNumber(a netip.Addr, unit uint64) (hi, lo uint64) {
	if a.Is4() {
		b := a.As4()
		return 0, uint64(binary.BigEndian.Uint32(b[:])) / max(unit, 1)
	}
	b := a.As16()
	hi, lo = binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	if unit > 1 {
		rest := hi % unit
		hi /= unit
		lo, _ = bits.Div64(rest, lo, unit)
	}
	return hi, lo
}

// addressOf is the address that a number of a subnet stands for.
func (s *SubnetView) addressOf(hi, lo uint64) netip.Addr {
	over, h := bits.Mul64(hi, s.Unit)
	carry, l := bits.Mul64(lo, s.Unit)
	h, c := bits.Add64(h, carry, 0)
	if over != 0 || c != 0 || !s.Prefix.IsValid() {
		return netip.Addr{}
	}
	if s.Prefix.Addr().Is4() {
		if h != 0 || l > 0xffffffff {
			return netip.Addr{}
		}
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(l))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], h)
	binary.BigEndian.PutUint64(b[8:], l)
	return netip.AddrFrom16(b)
}

// What is known of a subnet and its owner before its addresses are judged: a byte each, in the order of records.
const (
	knownCassandra byte = 1 << iota
	knownUsed
	knownZooKeeper
	knownLock
	knownOdd // an address is no multiple of alloc_unit, so that it can't be locked
)

// joinLocks judges the addresses: first it goes over all to see what each subnet and owner has, then it judges.
func (r *run) joinLocks() error {
	t := r.locks
	if t.count == 0 || t.err != nil {
		return t.err
	}
	var ofSubnets, ofOwners []byte
	err := t.each(func(rec []byte, newOwner, newSubnet bool) error {
		if newOwner {
			ofOwners = append(ofOwners, 0)
		}
		if newSubnet {
			ofSubnets = append(ofSubnets, 0)
		}
		f := byte(0)
		switch rec[lockHead-1] {
		case lockDeclared:
			f = knownCassandra
		case lockDir:
			f = knownZooKeeper
		case lockHolder:
			f = knownUsed
		case lockOdd:
			f = knownOdd
		case lockNode:
			f = knownZooKeeper | knownLock
		}
		ofSubnets[len(ofSubnets)-1] |= f
		ofOwners[len(ofOwners)-1] |= f
		return nil
	})
	if err != nil {
		return err
	}
	j := lockJoin{run: r, dirs: map[uint64]string{}}
	owner, subnet := -1, -1
	err = t.each(func(rec []byte, newOwner, newSubnet bool) error {
		if newOwner {
			owner++
		}
		if newSubnet {
			j.flush()
			subnet++
			j.begin(rec, ofOwners[owner], ofSubnets[subnet], newOwner)
		}
		j.record(rec)
		return r.failure()
	})
	j.flush()
	return firstError(err, r.failure(), t.texts.err)
}

// each calls f with all records in order.
func (t *lockTable) each(f func(rec []byte, newOwner, newSubnet bool) error) error {
	it, err := t.sorter.Sort()
	if err != nil {
		return err
	}
	var owner, subnet uint64
	begun := false
	for it.Next() {
		rec := it.Record()
		o, s := binary.BigEndian.Uint64(rec), binary.BigEndian.Uint64(rec[8:])
		newOwner := !begun || o != owner
		newSubnet := newOwner || s != subnet
		begun, owner, subnet = true, o, s
		if err := f(rec, newOwner, newSubnet); err != nil {
			return err
		}
	}
	return it.Err()
}

// lockJoin is the judging of one subnet after the other.
type lockJoin struct {
	*run
	known         *SubnetView
	dirs          map[uint64]string
	owner, subnet string
	owners        byte
	subnets       byte
	hi, lo        uint64
	holders       []lockHolderID
	nodes         [][]byte // what is in the records
	arena         []byte
	open          bool
}

// lockHolderID is who has an address.
type lockHolderID struct {
	rank byte
	id   id
	key  string
}

func (j *lockJoin) begin(rec []byte, owners, subnets byte, newOwner bool) {
	d := decoder{rec[lockHead:]}
	j.owner, j.subnet = d.text(), d.text()
	j.known, j.owners, j.subnets = nil, owners, subnets
	clear(j.dirs)
	x := Locked{
		Owner: j.owner, Subnet: j.subnet, FirstOfOwner: newOwner,
		InCassandra: subnets&knownCassandra != 0, Used: subnets&knownUsed != 0,
		InZooKeeper: subnets&knownZooKeeper != 0, HasLock: subnets&knownLock != 0,
		OwnerInCassandra: owners&knownCassandra != 0, OwnerUsed: owners&knownUsed != 0,
		Lockable: subnets&knownOdd == 0, OwnerLockable: owners&knownOdd == 0,
		OwnerInZooKeeper: owners&knownZooKeeper != 0, OwnerLocked: owners&knownLock != 0,
	}
	if !x.InCassandra {
		x.TextElsewhere = j.locks.texts.has(hashID(j.subnet))
	}
	x.Path = nodePath(j.inv.cluster() + "/api-server/subnets/" + j.owner + ":" + j.subnet)
	j.hooks.locked.call(&x)
}

func (j *lockJoin) record(rec []byte) {
	hi, lo := binary.BigEndian.Uint64(rec[16:]), binary.BigEndian.Uint64(rec[24:])
	d := decoder{rec[lockHead:]}
	switch rec[lockHead-1] {
	case lockDeclared:
		if j.known == nil {
			s := &SubnetView{Owner: d.text(), Text: d.text(), Unit: d.uint()}
			s.Gateway, _ = netip.ParseAddr(d.text())
			s.DNS, _ = netip.ParseAddr(d.text())
			s.Prefix, _ = netip.ParsePrefix(d.text())
			j.known = s
		}
		return
	case lockOdd:
		return
	case lockDir:
		d.text()
		d.text()
		j.dirs[d.uint()] = string(d.b)
		return
	}
	if j.open && (hi != j.hi || lo != j.lo) {
		j.flush()
	}
	if !j.open {
		j.open, j.hi, j.lo = true, hi, lo
		j.holders, j.nodes, j.arena = j.holders[:0], j.nodes[:0], j.arena[:0]
	}
	if rec[lockHead-1] == lockHolder {
		h := lockHolderID{rank: d.byte(), id: d.id()}
		if d.byte() == 1 {
			h.key = d.text()
		}
		j.holders = append(j.holders, h)
		return
	}
	n := len(j.arena)
	j.arena = append(j.arena, d.b...)
	j.nodes = append(j.nodes, j.arena[n:])
}

// flush judges the address that was gathered.
func (j *lockJoin) flush() {
	if !j.open {
		return
	}
	j.open = false
	var addr netip.Addr
	if j.known != nil {
		addr = j.known.addressOf(j.hi, j.lo)
		if len(j.holders) == 1 && len(j.nodes) == 1 && j.isLockOf(j.nodes[0], &j.holders[0]) && j.known.Contains(addr) {
			return // in order
		}
	}
	x := Lock{Owner: j.owner, Subnet: j.subnet, Known: j.known, Addr: addr}
	if j.known != nil {
		x.Special = j.known.Special(addr)
	}
	x.OwnerKnown = j.owners&knownCassandra != 0
	x.Suppressed = j.subnets&(knownCassandra|knownUsed) == 0 || j.subnets&knownZooKeeper == 0
	j.findHolders(&x)
	for _, n := range j.nodes {
		d := decoder{n}
		dir := j.dirs[d.uint()]
		owner := ""
		if d.byte() == 1 {
			owner = d.id().String()
		} else {
			owner = d.text()
		}
		index := string(d.b)
		x.Locks = append(x.Locks, LockNode{Path: dir + index, Index: index, Owner: owner, IsNumber: true})
	}
	slices.SortFunc(x.Locks, func(a, b LockNode) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Index, b.Index), strings.Compare(a.Owner, b.Owner))
	})
	j.hooks.lock.call(&x)
}

// isLockOf tells if a node is the lock for a holder.
func (j *lockJoin) isLockOf(node []byte, h *lockHolderID) bool {
	d := decoder{node}
	d.uint()
	return h.key == "" && d.byte() == 1 && d.id() == h.id
}

// findHolders looks up who has the address. The first counts as the holder: instance IPs before floating and alias IPs, in
// the order of the index.
func (j *lockJoin) findHolders(x *Lock) {
	type holder struct {
		rank byte
		name string
		HeldBy
	}
	var list []holder
	for _, h := range j.holders {
		row := j.row(h.id)
		if row == nil {
			continue
		}
		text := row.Prop(addressTypes[row.Type])
		s, ok := textOf(text)
		if !ok {
			s = text.Raw
		}
		list = append(list, holder{h.rank, row.Name(), HeldBy{row.Key, row.Type, s}})
	}
	slices.SortFunc(list, func(a, b holder) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.name, b.name), strings.Compare(a.UUID, b.UUID))
	})
	for i := range list {
		x.Holders = append(x.Holders, list[i].HeldBy)
	}
}
