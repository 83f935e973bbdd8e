package generate

// The member "zookeeper": one string whose text is a JSON array of
// [path, [data, stat]], leaves only, depth first.

// family is the nodes below one directory. An item can be several nodes.
type family struct {
	items int
	write func(i int)
}

// node is the memory that nodes are made in.
type node struct {
	name fqName
	path []byte
	data [64]byte // room for what isn't a name
	some bool     // whether a node was written before
}

func (d *dump) zookeeper() {
	d.member([]byte("zookeeper"))
	d.node.some = false
	d.buf = append(d.buf, '"', '[')
	families := d.families()
	for f := range inOrder(len(families), d.order.shuffled, d.order.key) {
		for i := range inOrder(families[f].items, d.order.shuffled, d.order.key) {
			if d.err != nil {
				break
			}
			families[f].write(i)
		}
	}
	d.buf = append(d.buf, ']', '"')
}

func (d *dump) families() []family {
	w := d.w
	return []family{
		{w.count[virtualNetwork], d.addressLocks},
		{w.slots(), d.nameLock},
		{w.count[virtualPortGroup], d.bondNode},
		{w.firstUserTarget(), d.targetNode},
		{1 + w.count[securityGroup] + len(w.added), d.groupNode},
		{d.rootChains(), d.chainNode},
		{tagTypes, d.tagTypeNode},
		{tagTypes, d.tagNodes},
		{w.count[virtualNetwork], d.networkNode},
		{w.count[virtualPortGroup], d.portGroupNode},
	}
}

// path begins a node's path below the cluster's root: without a leading
// slash where there is a cluster id.
func (d *dump) path(directory string) []byte {
	path := d.node.path[:0]
	path = append(path, d.w.options.ClusterID...)
	path = append(path, '/')
	return append(path, directory...)
}

// leaf writes the node. The stat's transaction ids follow from the number of
// the object that the node belongs to.
func (d *dump) leaf(path, data []byte, number uint64, created int64) {
	d.node.path = path
	if d.node.some {
		d.buf = append(d.buf, ',', ' ')
	}
	d.node.some = true
	d.buf = append(d.buf, '[')
	d.buf = appendNested(d.buf, append(path, '/'))
	d.buf = append(d.buf, ", ["...)
	d.buf = appendNested(d.buf, data)
	d.buf = append(d.buf, ", ["...)
	zxid, ms := 1<<32+number, uint64(created/1000)
	for _, n := range [...]uint64{zxid, zxid, ms, ms, 0, 0, 0, 0, uint64(len(data)), 0} {
		d.buf = appendUint(d.buf, n)
		d.buf = append(d.buf, ',', ' ')
	}
	d.buf = appendUint(d.buf, zxid)
	d.buf = append(d.buf, "]]]"...)
	d.stats.Nodes++
	d.flushIfFull()
}

// nameLock is the node that holds an object's name.
func (d *dump) nameLock(slot int) {
	id, ok := d.w.nameAt(&d.node.name, slot)
	if !ok {
		return
	}
	path := append(d.path("fq-name-to-uuid/"), d.w.kindAt(slot).typ()...)
	path = append(append(path, ':'), d.node.name.text...)
	d.leaf(path, appendUUID(d.node.data[:0], id), uint64(slot), d.w.indexedAt(slot))
}

// addressLocks are the nodes that hold the addresses of a network's subnets,
// IPv4 before IPv6. Those of the flat network are filed under the IPAM.
func (d *dump) addressLocks(network int) {
	w := d.w
	v4, ok := w.subnetOf(network)
	if !ok {
		return
	}
	if network == flatNetwork {
		w.nameOf(&d.node.name, networkIPAM, flatIPAM)
	} else {
		w.nameOf(&d.node.name, virtualNetwork, network)
	}
	first4 := func(host int) []byte {
		path := append(append(d.path("api-server/subnets/"), d.node.name.text...), ':')
		path = append(v4.appendCIDR(path), '/')
		return v4.appendIndex(path, host)
	}
	lock := func(k kind, i int, path func(host int) []byte, host int) {
		number := int(w.number(k, i))
		if w.gone(number) {
			return
		}
		d.leaf(path(host), appendUUID(d.node.data[:0], w.uuidOf(k, i)), uint64(number), w.createdAt(k, i))
	}
	ports := func(lo, hi int) {
		for port := lo; port < hi; port++ {
			lock(instanceIP, port, first4, w.hostOfPort(port))
		}
	}
	added := func() {
		for _, i := range w.addedOn[network] {
			s := &w.added[i]
			d.leaf(first4(s.allocated), appendUUID(d.node.data[:0], s.id), s.number, s.created)
		}
	}
	j := network - specialNetworks
	switch {
	case network == wideNetwork:
		ports(0, w.widePorts)
	case network == flatNetwork:
		ports(w.widePorts, w.firstTenantPort())
	}
	if j < 0 {
		added()
		return
	}
	lo, hi := w.portsOf().items(j)
	ports(w.firstTenantPort()+lo, w.firstTenantPort()+hi)
	if router, side, ok := w.routerOfNetwork(network); ok {
		port := w.routerPort(router, side)
		ports(port, port+1)
	}
	if tenant := w.networksOf().owner(j); w.poolNetwork(tenant) == network {
		first, end := w.floatingOf().items(tenant)
		for i := first; i < end; i++ {
			lock(floatingIP, i, first4, w.hostOfFloating(i))
		}
		first, end = w.aliasOf().items(tenant)
		for i := first; i < end; i++ {
			lock(aliasIP, i, first4, w.hostOfAlias(i))
		}
	}
	added()

	v6, _ := w.subnet6Of(network)
	second6 := func(host int) []byte {
		path := append(append(d.path("api-server/subnets/"), d.node.name.text...), ':')
		path = append(v6.appendCIDR(path), '/')
		return v6.appendIndex(path, host)
	}
	base := w.count[virtualMachineInterface]
	for i := base + w.dualStack().before(lo); i < base+w.dualStack().before(hi); i++ {
		lock(instanceIP, i, second6, w.hostOfPort(w.portOfIP(i)))
	}
}

func (d *dump) bondNode(i int) {
	w := d.w
	path := w.appendName(d.path("id/aggregated-ethernet/"), physicalRouter, w.routerOfGroup(i))
	path = appendPadded(append(path, '/'), uint64(i%w.groupsPerRouter()), 10)
	d.leaf(path, w.appendName(d.node.data[:0], virtualPortGroup, i), w.number(virtualPortGroup, i), w.createdAt(virtualPortGroup, i))
}

func (d *dump) targetNode(i int) {
	w := d.w
	w.nameOfTargetOwner(&d.node.name, i)
	directory := "id/bgp/route-targets/type0/"
	if w.options.FourByteASN {
		directory = "id/bgp/route-targets/type1_2/"
	}
	path := appendPadded(d.path(directory), uint64(w.targetNumber(i)), 10)
	d.leaf(path, d.node.name.text, w.number(routeTarget, i), w.createdAt(routeTarget, i))
}

// groupNode is the id of a security group: first the reserved node 0, then
// the layout's, then what changes added.
func (d *dump) groupNode(i int) {
	w := d.w
	var s subject
	switch group := i - 1; {
	case group < 0:
		d.leaf(appendPadded(d.path("id/security-groups/id/"), 0, 10), []byte("__reserved__"), 0, w.start)
		return
	case group < w.count[securityGroup]:
		w.subject(&s, int(w.number(securityGroup, group)))
	default:
		s = w.added[group-w.count[securityGroup]]
		if s.kind != securityGroup {
			return
		}
	}
	w.nameSubject(&d.node.name, &s)
	path := appendPadded(d.path("id/security-groups/id/"), w.groupNode(&s), 10)
	d.leaf(path, d.node.name.text, s.number, s.created)
}

// rootChains is the number of service chains whose node is in the dump: the
// family lies at the real root, where an export with a cluster id never looks.
func (d *dump) rootChains() int {
	if d.w.options.ClusterID != "" {
		return 0
	}
	return d.w.chainedMachines()
}

func (d *dump) chainNode(i int) {
	w := d.w
	path := appendUUID(d.path("id/service-chain/vlan/"), w.uuidOf(virtualMachine, w.chainMachine(i)))
	path = appendPadded(append(path, '/'), 0, 10)
	instance := w.chainInstance(i)
	d.leaf(path, w.appendChainName(d.node.data[:0], i), w.number(routingInstance, instance), w.createdAt(routingInstance, instance))
}

func (d *dump) tagTypeNode(i int) {
	path := appendPadded(d.path("id/tags/types/"), uint64(i), 10)
	d.leaf(path, append(d.node.data[:0], tagTypeNames[i]...), d.w.number(tagType, i), d.w.createdAt(tagType, i))
}

// tagNodes are the values of one type of tag.
func (d *dump) tagNodes(of int) {
	w := d.w
	for _, k := range []kind{globalTag, projectTag} {
		for i := of; i < w.count[k]; i += tagTypes {
			w.nameOf(&d.node.name, k, i)
			path := append(d.path("id/tags/values/"), tagTypeNames[of]...)
			path = appendPadded(append(path, '/'), uint64(w.tagValueID(k, i)), 10)
			d.leaf(path, d.node.name.text, w.number(k, i), w.createdAt(k, i))
		}
	}
}

func (d *dump) networkNode(i int) {
	w := d.w
	w.nameOf(&d.node.name, virtualNetwork, i)
	d.leaf(appendPadded(d.path("id/virtual-networks/"), uint64(i), 10), d.node.name.text, w.number(virtualNetwork, i), w.createdAt(virtualNetwork, i))
}

func (d *dump) portGroupNode(i int) {
	w := d.w
	w.nameOf(&d.node.name, virtualPortGroup, i)
	d.leaf(appendPadded(d.path("id/virtual-port-group/"), uint64(i), 10), d.node.name.text, w.number(virtualPortGroup, i), w.createdAt(virtualPortGroup, i))
}
