package validate

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"strconv"

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
}

const (
	lockDeclared byte = iota // a subnet of Cassandra
	lockDir                  // a directory of ZooKeeper
	lockHolder
	lockNode
)

const lockHead = 8 + 8 + 16 + 1

func newLockTable(dir spill.Dir, memory int64) *lockTable {
	return &lockTable{sorter: spill.NewSorter(dir, memory), texts: newStore(dir, memory/8)}
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
	return appendText(appendText(append(b, kind), owner), subnet)
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
	hi, lo, _ := parse128(contrail.AddressIndex(h.Addr, h.Subnet.Unit))
	b := t.begin(h.Subnet.Owner, h.Subnet.Text, hi, lo, lockHolder)
	// The first counts as the holder: instance IPs before floating and alias IPs, in the order of the index.
	b = append(b, addressRank[h.Row.Type])
	b = appendSortable(b, h.Row.Name())
	t.add(appendText(appendText(appendText(b, h.Row.Key), h.Row.Type), h.Text))
}

// lock takes a node below the directory of subnets.
func (t *lockTable) lock(n *Node) {
	owner, prefix := string(n.Name), string(n.Prefix)
	if prefix == "" {
		return // no subnet: M-IPA-1
	}
	if n.Kind != contrail.NodeAddress {
		subnet := prefix
		if n.Length > 0 || len(n.Normal) > 0 && n.Normal[len(n.Normal)-1] == '0' && endsInLength(string(n.Normal), prefix) {
			subnet += "/" + strconv.Itoa(int(n.Length))
		}
		t.add(appendText(t.begin(owner, subnet, 0, 0, lockDir), string(n.Normal)))
		return
	}
	subnet := prefix + "/" + strconv.Itoa(int(n.Length))
	hi, lo, ok := parse128(string(n.Index))
	if !ok {
		t.add(appendText(t.begin(owner, subnet, 0, 0, lockDir), string(n.Normal)))
		return
	}
	b := t.begin(owner, subnet, hi, lo, lockNode)
	t.add(appendText(appendText(appendText(b, string(n.Normal)), string(n.Index)), string(n.Text)))
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
	j := lockJoin{run: r}
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
		return r.err
	})
	j.flush()
	return firstError(err, r.err, t.texts.err)
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
	known   *SubnetView
	owners  byte
	subnets byte
	hi, lo  uint64
	lock    Lock
	open    bool
}

func (j *lockJoin) begin(rec []byte, owners, subnets byte, newOwner bool) {
	d := decoder{rec[lockHead:]}
	owner, subnet := d.text(), d.text()
	j.known, j.owners, j.subnets = nil, owners, subnets
	x := Locked{
		Owner: owner, Subnet: subnet, FirstOfOwner: newOwner,
		InCassandra: subnets&knownCassandra != 0, Used: subnets&knownUsed != 0,
		InZooKeeper: subnets&knownZooKeeper != 0, HasLock: subnets&knownLock != 0,
		OwnerInCassandra: owners&knownCassandra != 0, OwnerUsed: owners&knownUsed != 0,
		OwnerInZooKeeper: owners&knownZooKeeper != 0, OwnerLocked: owners&knownLock != 0,
	}
	if !x.InCassandra {
		x.TextElsewhere = j.locks.texts.has(hashID(subnet))
	}
	x.Path = nodePath(j.inv.cluster() + "/api-server/subnets/" + owner + ":" + subnet)
	j.hooks.locked.call(&x)
}

func (j *lockJoin) record(rec []byte) {
	hi, lo := binary.BigEndian.Uint64(rec[16:]), binary.BigEndian.Uint64(rec[24:])
	d := decoder{rec[lockHead:]}
	owner, subnet := d.text(), d.text()
	switch rec[lockHead-1] {
	case lockDeclared:
		if j.known == nil {
			s := &SubnetView{Owner: owner, Text: subnet, Unit: d.uint()}
			s.Gateway, _ = netip.ParseAddr(d.text())
			s.DNS, _ = netip.ParseAddr(d.text())
			s.Prefix, _ = netip.ParsePrefix(d.text())
			j.known = s
		}
		return
	case lockDir:
		return
	}
	if j.open && (hi != j.hi || lo != j.lo) {
		j.flush()
	}
	if !j.open {
		j.open, j.hi, j.lo = true, hi, lo
		j.lock = Lock{Owner: owner, Subnet: subnet, Known: j.known, Holders: j.lock.Holders[:0], Locks: j.lock.Locks[:0]}
		if j.known != nil {
			j.lock.Addr = j.known.addressOf(hi, lo)
			j.lock.Special = j.known.Special(j.lock.Addr)
		}
		j.lock.OwnerKnown = j.owners&knownCassandra != 0
		j.lock.Suppressed = j.subnets&(knownCassandra|knownUsed) == 0 || j.subnets&knownZooKeeper == 0
	}
	if rec[lockHead-1] == lockHolder {
		d.byte()
		d.sortable()
		j.lock.Holders = append(j.lock.Holders, HeldBy{d.text(), d.text(), d.text()})
		return
	}
	j.lock.Locks = append(j.lock.Locks, LockNode{Path: d.text(), Index: d.text(), Owner: d.text(), IsNumber: true})
}

func (j *lockJoin) flush() {
	if j.open {
		j.hooks.lock.call(&j.lock)
		j.open = false
	}
}
