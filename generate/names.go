package generate

// fqName is a name in parts: the joined text, and where each part ends in it.
type fqName struct {
	text []byte
	ends [8]int
	n    int
}

func (f *fqName) reset() { f.text, f.n = f.text[:0], 0 }

func (f *fqName) open() {
	if f.n > 0 {
		f.text = append(f.text, ':')
	}
}

func (f *fqName) close() {
	f.ends[f.n] = len(f.text)
	f.n++
}

func (f *fqName) part(i int) []byte {
	if i == 0 {
		return f.text[:f.ends[0]]
	}
	return f.text[f.ends[i-1]+1 : f.ends[i]]
}

func (f *fqName) parts() []string {
	parts := make([]string, f.n)
	for i := range parts {
		parts[i] = string(f.part(i))
	}
	return parts
}

// nameOf sets f to an object's fq_name as the layout has it.
func (g *generator) nameOf(f *fqName, k kind, i int) {
	if parent := k.parent(); parent != noKind {
		g.nameOf(f, parent, g.parentOf(k, i))
	} else {
		f.reset()
	}
	f.open()
	f.text = g.appendName(f.text, k, i)
	f.close()
}

// appendName appends the last part of an object's fq_name. It holds the
// index, so that it is unlike any other of its kind.
//
// Characters above U+FFFF never stand in a name: ZooKeeper refuses surrogates
// in a path, and every name becomes one (B-ENC-4). They are in display names
// and in keys of annotations.
func (g *generator) appendName(dst []byte, k kind, i int) []byte {
	n := uint64(i)
	switch k {
	case globalSystemConfig:
		return append(dst, "default-global-system-config"...)
	case globalVrouterConfig:
		return append(dst, "default-global-vrouter-config"...)
	case domain:
		return append(dst, "default-domain"...)
	case policyManagement:
		return append(dst, "default-policy-management"...)
	case serviceTemplate:
		return append(dst, "netns-snat-template"...)
	case project:
		return appendProjectName(dst, n)
	case networkIPAM:
		dst = append(dst, pick(i, "default-network-ipam", "flat-ipam", "ipam-")...)
		if i < specialIPAMs {
			return dst
		}
		return appendUint(dst, n)
	case tagType:
		return append(dst, tagTypeNames[i]...)
	case globalTag, projectTag:
		dst = append(append(dst, tagTypeNames[i%tagTypes]...), '=')
		return g.appendTagValue(dst, k, i)
	case virtualRouter:
		return appendUint(append(dst, "compute-"...), n)
	case fabric:
		return appendUint(append(dst, "fabric-"...), n)
	case physicalRouter:
		return appendUint(append(dst, "leaf-"...), n)
	case physicalInterface:
		return appendUint(append(dst, "xe-0/0/"...), uint64(i%g.portsPerRouter))
	case logicalInterface:
		dst = g.appendName(dst, physicalInterface, g.interfaceOfLogical(i))
		return append(dst, ".100"...)
	case virtualPortGroup:
		dst = appendUint(append(dst, "vpg-"...), uint64(g.routerOfGroup(i)))
		return appendUint(append(dst, '-'), uint64(i%g.groupsPerRouter()))
	case securityGroup:
		return g.appendGroupName(dst, i)
	case accessControlList:
		return append(dst, pick(i%2, "ingress-access-control-list", "egress-access-control-list")...)
	case virtualNetwork:
		return g.appendNetworkName(dst, i)
	case routingInstance:
		return g.appendInstanceName(dst, i)
	case bgpRouter:
		return appendUint(append(dst, "control-"...), n)
	case routeTarget:
		dst = appendUint(append(dst, "target:"...), g.asn)
		return appendUint(append(dst, ':'), uint64(g.targetNumber(i)))
	case floatingIPPool:
		return append(dst, "floating-pool"...)
	case aliasIPPool:
		return append(dst, "alias-pool"...)
	case networkPolicy:
		if i%16 == 6 { // a slash makes a deeper node of the name lock
			return append(appendUint(append(dst, "web-"...), n), "/app"...)
		}
		return appendUint(append(dst, "policy-"...), n)
	case interfaceRouteTable:
		return appendUint(append(dst, "routes-"...), n)
	case addressGroup:
		return appendUint(append(dst, "addresses-"...), n)
	case serviceGroup:
		return appendUint(append(dst, "services-"...), n)
	case logicalRouter:
		return appendUint(append(dst, "router-"...), n)
	case serviceInstance:
		return appendUUID(append(dst, "snat_"...), g.uuidOf(logicalRouter, i))
	default: // their own names: machines, ports, addresses
		return appendUUID(dst, g.uuidOf(k, i))
	}
}

func appendProjectName(dst []byte, n uint64) []byte {
	if n == 0 {
		return append(dst, "default-project"...)
	}
	prefix := "tenant-"
	switch n % 16 {
	case 2:
		prefix = "projet-été-"
	case 5:
		prefix = "münchen-"
	case 9:
		prefix = "開発-"
	case 12:
		prefix = "Team Blue "
	}
	return appendUint(append(dst, prefix...), n)
}

var tagTypeNames = [tagTypes]string{"label", "application", "tier", "deployment", "site"}

func (g *generator) appendTagValue(dst []byte, k kind, i int) []byte {
	if k == globalTag {
		return appendUint(append(dst, "v"...), uint64(i))
	}
	return appendUint(append(dst, "web "...), uint64(i))
}

func (g *generator) appendGroupName(dst []byte, i int) []byte {
	switch i {
	case noRuleGroup:
		return append(dst, "__no_rule__"...)
	case defaultGroup:
		return append(dst, "default"...)
	}
	first, _ := g.groupsOf().items(g.parentOf(securityGroup, i) - 1)
	if i-specialGroups == first {
		return append(dst, "default"...)
	}
	return appendUint(append(dst, "web-"...), uint64(i))
}

var specialNetworkNames = [specialNetworks]string{
	ipFabric:       "ip-fabric",
	linkLocal:      "__link_local__",
	defaultNetwork: "default-virtual-network",
	dciNetwork:     "dci-network",
	wideNetwork:    "shared-services",
	flatNetwork:    "flat-net",
	publicNetwork:  "public",
}

func (g *generator) appendNetworkName(dst []byte, i int) []byte {
	j := i - specialNetworks
	if j < 0 {
		return append(dst, specialNetworkNames[i]...)
	}
	if j >= g.networks {
		dst = append(dst, "snat-si-left_"...)
		return g.appendName(dst, serviceInstance, j-g.networks)
	}
	prefix := "net-"
	switch i % 16 {
	case 2:
		prefix = "réseau-"
	case 6:
		prefix = "网络-"
	case 10:
		prefix = "netz-grün-"
	}
	return appendUint(append(dst, prefix...), uint64(i))
}

func (g *generator) appendInstanceName(dst []byte, i int) []byte {
	switch chain := i - g.chainInstance(0); {
	case chain >= 0:
		return g.appendChainName(dst, chain)
	case i == g.fabricInstance():
		return append(dst, "__default__"...)
	default:
		return g.appendNetworkName(dst, i)
	}
}

// appendChainName appends the name of a service chain, which is that of its
// routing instance too.
func (g *generator) appendChainName(dst []byte, chain int) []byte {
	dst = appendUUID(append(dst, "service-"...), g.chainID(chain))
	dst = append(dst, "-default-domain_"...)
	owner := g.parentOf(logicalRouter, g.chainRouter(chain))
	return append(appendProjectName(dst, uint64(owner)), "_firewall"...)
}

func (g *generator) chainID(chain int) uuid {
	return g.drawUUID(streamRule, g.number(routingInstance, g.chainInstance(chain)))
}

// pick is the i-th of some choices, the last one for all that follow.
func pick[T any](i int, choices ...T) T { return choices[min(i, len(choices)-1)] }
