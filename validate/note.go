package validate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// note keeps what joins need of a row.
func (r *run) note(row *Row) {
	r.noteNumbers(row)
	r.noteAddress(row)
	r.noteShares(row)
	if row.Type == "virtual_machine_interface" {
		r.noteMACs(row)
	}
	r.inv.noteType(row)
}

// MACs returns the MAC addresses of an interface.
func MACs(row *Row) []string {
	v := row.Prop("virtual_machine_interface_mac_addresses")
	if v.IsObject() {
		v = v.Get("mac_address")
	}
	var list []string
	v.ForEach(func(_, e gjson.Result) bool {
		if s, ok := textOf(e); ok {
			list = append(list, s)
		} else {
			list = append(list, e.Raw)
		}
		return true
	})
	return list
}

func (r *run) noteMACs(row *Row) {
	for _, network := range row.Refs("virtual_network") {
		for _, mac := range MACs(row) {
			mac = strings.ToLower(mac)
			h := hashID(network, mac)
			r.macs.add(appendText(appendText(appendText(h[:], row.Key), network), mac))
		}
	}
}

// joinMACs judges the MAC addresses that several interfaces of a network have.
func (r *run) joinMACs() error {
	return r.macs.groups(func(_ id, payloads [][]byte) error {
		if len(payloads) < 2 {
			return nil
		}
		var m MAC
		for _, p := range payloads {
			d := decoder{p}
			uuid := d.text()
			m.Network, m.Address = d.text(), d.text()
			if n := len(m.Interfaces); n == 0 || m.Interfaces[n-1] != uuid {
				m.Interfaces = append(m.Interfaces, uuid)
			}
		}
		if len(m.Interfaces) > 1 {
			r.hooks.mac.call(&m)
		}
		return r.err
	})
}

// subnetCell takes a cell of useragent_keyval_table.
func (p *reading) subnetCell(c *dump.Cell) {
	if p.collecting || string(p.name) != "value" {
		return
	}
	if v := p.text(&c.Value); v != nil {
		p.subnetText(string(p.key), string(v))
	}
}

// targetCell takes a cell of route_target_table.
func (p *reading) targetCell(c *dump.Cell) {
	if p.collecting || string(p.name) != "rtgt_num" {
		return
	}
	if v := p.text(&c.Value); v != nil {
		p.schemaTarget(string(p.key), v)
	}
}

// nodeRead takes a node of ZooKeeper.
func (p *reading) nodeRead() {
	z := p.rd.ZNode()
	n := &p.node
	raw := decode(n.Raw[:0], z.Path)
	*n = Node{ZNode: z, Node: contrail.Classify(z.Normal), Raw: raw, stat: n.stat[:0]}
	if len(raw) > 0 && raw[0] != '/' {
		// Without a leading slash the first component is the cluster id, whatever it is.
		n.Node = contrail.Classify(raw)
	}
	n.Text = p.text(&z.Data)
	if n.Text == nil && z.Data.IsText && !z.Data.Long() {
		n.Text = []byte{}
	}
	if n.Kind == contrail.NodeName {
		p.nameLock(n)
	}
	if p.collecting {
		return
	}
	p.inv.Nodes++
	p.inv.node(n)
	p.hooks.node.call(n)
	p.notePath(n)
	p.noteNumberNode(n)
	if isSubnetNode(n) {
		p.locks.lock(n)
	}
}

// isSubnetNode tells if a node stands below the directory of subnets.
func isSubnetNode(n *Node) bool {
	return n.Kind == contrail.NodeAddress || n.Kind == contrail.NodeDirectory && len(n.Prefix) > 0
}

// nameLock takes the lock of a name.
func (p *reading) nameLock(n *Node) {
	data := n.Text
	k, _ := keyOf(data)
	if !p.collecting {
		p.inv.NameLocks++
		p.lockBalance.minus(bucketOf(k), p.hashName(n.Type, n.Name, k))
		return
	}
	if !p.lockBalance.suspect(bucketOf(k)) && !p.indexBalance.suspect(bucketOf(k)) {
		same := p.hashNameOnly(n.Type, n.Name)
		if p.seenNames.wants(same) || p.seenObjects.wants(same) {
			p.nameGroups.add(nameRecord(string(n.Type), string(n.Name), nameLocked, string(data), string(n.Normal)))
		}
		return
	}
	b := entryRecord(k, identityLock, string(n.Type), string(n.Name), string(data))
	p.identities.add(appendText(b, "/fq-name-to-uuid/"+string(n.Type)+":"+string(n.Name)))
	p.nameGroups.add(nameRecord(string(n.Type), string(n.Name), nameLocked, string(data), string(n.Normal)))
}
