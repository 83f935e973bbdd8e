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
	if row.info.address != nil {
		r.noteAddress(row)
	}
	r.noteShares(row)
	if row.Type == "virtual_machine_interface" {
		r.noteMACs(row)
	}
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
	networks := row.Refs("virtual_network")
	if len(networks) == 0 {
		return
	}
	macs := MACs(row)
	for _, network := range networks {
		for _, mac := range macs {
			mac = strings.ToLower(mac)
			h := hashID(network, mac)
			other, _ := keyOf(network)
			b := append(append(r.noted[:0], h[:]...), row.id[:]...)
			b = append(appendKey(b, row.id, row.Key), other[:]...)
			r.noted = appendText(appendKey(b, other, network), mac)
			r.macs.add(r.noted)
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
			uuid := takeKey(&d, d.id())
			m.Network = takeKey(&d, d.id())
			m.Address = d.text()
			if n := len(m.Interfaces); n == 0 || m.Interfaces[n-1] != uuid {
				m.Interfaces = append(m.Interfaces, uuid)
			}
		}
		if len(m.Interfaces) > 1 {
			r.hooks.mac.call(&m)
		}
		return r.failure()
	})
}

// subnetCell takes a cell of useragent_keyval_table.
func (p *reading) subnetCell(c *dump.Cell) {
	if p.collecting || string(p.name) != "value" {
		return
	}
	if v := p.text(&c.Value); v != nil {
		p.flow.cell(subnets, p.key, nil, v)
	}
}

// targetCell takes a cell of route_target_table.
func (p *reading) targetCell(c *dump.Cell) {
	if p.collecting || string(p.name) != "rtgt_num" {
		return
	}
	if v := p.text(&c.Value); v != nil {
		p.flow.cell(targets, p.key, nil, v)
	}
}

// znode takes a node of ZooKeeper.
func (j *judge) znode(z *znode) {
	n := &j.node
	raw := decode(n.Raw[:0], z.Path)
	*n = Node{ZNode: &z.ZNode, twin: z.twin, Raw: raw}
	if len(raw) > 0 && raw[0] != '/' {
		// Without a leading slash the first component is the cluster id, whatever it is.
		n.Node = contrail.Classify(raw)
	} else {
		n.Node = contrail.Classify(z.Normal)
	}
	n.Text = j.text(&z.Data)
	n.takeLengths()
	if n.Kind == contrail.NodeName {
		j.nameLock(n)
	}
	if j.collecting {
		return
	}
	j.inv.Nodes++
	j.inv.node(n)
	j.hooks.node.call(n)
	j.upperNode(n)
	j.notePath(n)
	j.noteNumberNode(n)
	if isSubnetNode(n) {
		j.locks.lock(n)
	}
}

// isSubnetNode tells if a node stands below the directory of subnets.
func isSubnetNode(n *Node) bool {
	return n.Kind == contrail.NodeAddress || n.Kind == contrail.NodeDirectory && len(n.Prefix) > 0
}

// nameLock takes the lock of a name.
func (j *judge) nameLock(n *Node) {
	data := n.Text
	k, _ := keyOf(data)
	if !j.collecting {
		j.inv.NameLocks++
		j.lockBalance.minus(bucketOf(k), ofObject(j.nameHash(j.internType(n.Type), n.Name), &k))
		return
	}
	if !j.lockBalance.suspect(bucketOf(k)) && !j.indexBalance.suspect(bucketOf(k)) {
		same := j.nameHash(j.internType(n.Type), n.Name)
		if j.seenNames.wants(same) || j.seenObjects.wants(same) {
			j.nameGroups.add(nameRecord(string(n.Type), string(n.Name), nameLocked, string(data), string(n.Normal)))
		}
		return
	}
	b := entryRecord(k, identityLock, string(n.Type), string(n.Name), string(data))
	j.identities.add(appendText(b, "/fq-name-to-uuid/"+string(n.Type)+":"+string(n.Name)))
	j.nameGroups.add(nameRecord(string(n.Type), string(n.Name), nameLocked, string(data), string(n.Normal)))
}
