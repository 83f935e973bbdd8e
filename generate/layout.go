package generate

// layout says how many objects of each kind there are and how they hang
// together. It is a handful of numbers at any size: who belongs to whom is
// arithmetic on indices, and can be read in both directions.
type layout struct {
	count [kindCount]int
	base  [kindCount + 1]int // numbers of a kind's objects begin here

	tenants  int // projects but for default-project; tenant p is project p+1
	networks int // tenant networks; network j is virtual_network specialNetworks+j
	routers  int // logical routers, each with a SNAT network and instance
	chains   int // service chains
	userRTs  int // route targets that users chose

	widePorts   int // ports on the one very wide network
	flatPorts   int // ports on the network of the flat-subnet IPAM
	tenantPorts int
	wideGroup   int // ports in the one very wide security group
	secondIPs   int // IPv6 addresses of tenant ports

	portsPerRouter int // physical interfaces of a physical router
	hostBits       int // host part of a tenant network's IPv4 subnet
}

// The first networks are the ones every system has, and three with a role.
const (
	ipFabric = iota
	linkLocal
	defaultNetwork
	dciNetwork
	wideNetwork
	flatNetwork
	publicNetwork
	specialNetworks
)

// The first security groups and IPAMs belong to default-project.
const (
	noRuleGroup = iota
	defaultGroup
	specialGroups
)

const (
	defaultIPAM = iota
	flatIPAM
	specialIPAMs
)

const (
	// Sizes of the widest rows. A row of more than 100,000 references is
	// beyond what servers page through (B-REF-10), so the limit is met and
	// not passed. A port on the wide network is two back-references.
	maxWidePorts = 25_000
	maxWideGroup = 100_000

	// Network and logical router numbers that keep the ids of route targets
	// inside their range where AS numbers have four bytes (B-RT-3).
	maxNetworks4Byte = 28_000
	maxRouters4Byte  = 2_000

	tagTypes = 5
	// hostsSpare is room in each subnet for addresses that changes add.
	hostsSpare = 16
)

func newLayout(o Options) *layout {
	n := o.Objects
	perMille := func(tenths int) int { return scale(n, tenths, 10_000) }
	l := &layout{}

	l.tenants = min(max(1, n/400), 90_000)
	if n >= 150 {
		l.tenants = max(l.tenants, 2)
	}
	l.networks = max(2*l.tenants, perMille(340))
	if o.FourByteASN && l.networks > maxNetworks4Byte {
		l.networks = maxNetworks4Byte
		l.tenants = min(l.tenants, maxNetworks4Byte/4)
	}
	l.routers = min(max(1, perMille(20)), l.tenants*(l.networks/l.tenants/2), 60_000)
	if o.FourByteASN {
		l.routers = min(l.routers, maxRouters4Byte)
	}
	l.chains = (l.routers + 3) / 4
	l.userRTs = min(max(1, n/1000), 5000, (l.networks+2)/8)

	c := &l.count
	for _, k := range []kind{globalSystemConfig, globalVrouterConfig, domain, policyManagement, serviceTemplate} {
		c[k] = 1
	}
	c[project] = 1 + l.tenants
	c[networkIPAM] = specialIPAMs + l.tenants
	c[tagType] = tagTypes
	c[globalTag] = min(max(1, perMille(20)), 10_000)
	c[projectTag] = min(perMille(20), 10_000)
	c[virtualRouter] = min(max(1, perMille(40)), 60_000)
	if n >= 300 {
		l.portsPerRouter = 12
		if n >= 5000 {
			l.portsPerRouter = 48
		}
		c[physicalRouter] = min(max(1, perMille(11)), 30_000)
	}
	c[fabric] = 1 + c[physicalRouter]/100
	c[physicalInterface] = c[physicalRouter] * l.portsPerRouter
	c[virtualPortGroup] = c[physicalRouter] * (l.portsPerRouter / 6)
	c[logicalInterface] = c[physicalRouter] * (l.portsPerRouter / 12)
	c[securityGroup] = specialGroups + max(l.tenants, perMille(220))
	c[accessControlList] = 2 * (c[securityGroup] - 1)
	c[virtualNetwork] = specialNetworks + l.networks + l.routers
	c[routingInstance] = c[virtualNetwork] + 1 + l.chains
	c[bgpRouter] = 2 + min(4, n/100_000)
	c[routeTarget] = c[virtualNetwork] + l.routers + l.chains + l.userRTs
	c[floatingIPPool] = l.tenants
	c[aliasIPPool] = l.tenants
	c[floatingIP] = max(1, perMille(500))
	c[aliasIP] = max(1, perMille(80))
	c[networkPolicy] = max(2, perMille(160))
	c[interfaceRouteTable] = max(2, perMille(140))
	c[addressGroup] = max(2, perMille(100))
	c[serviceGroup] = max(2, perMille(100))
	c[logicalRouter] = l.routers
	c[serviceInstance] = l.routers

	rest := n
	for _, count := range c {
		rest -= count
	}
	c[virtualMachine] = scale(rest, 22, 100)
	c[virtualMachineInterface] = scale(rest, 34, 100)
	ports := c[virtualMachineInterface]
	l.widePorts = min(n/40, maxWidePorts, ports/4)
	l.flatPorts = min(max(1, ports/200), 10_000)
	l.tenantPorts = ports - l.widePorts - l.flatPorts - l.routerPorts()
	l.wideGroup = min(n/10, maxWideGroup, l.machinePorts()/2)
	c[instanceIP] = min(rest-c[virtualMachine]-ports, ports+l.tenantPorts)
	l.secondIPs = c[instanceIP] - ports
	// What rounding leaves over goes where nothing depends on the number.
	c[serviceGroup] += rest - c[virtualMachine] - ports - c[instanceIP]

	for k := range kindCount {
		l.base[k+1] = l.base[k] + c[k]
	}
	l.hostBits = l.tenantHostBits(o.AllocUnit)
	return l
}

// total is the number of objects.
func (l *layout) total() int { return l.base[kindCount] }

// number is the object's number among all objects.
func (l *layout) number(k kind, i int) uint64 { return uint64(l.base[k] + i) }

// at is the inverse of number.
func (l *layout) at(number int) place {
	lo, hi := 0, int(kindCount)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; l.base[mid] <= number {
			lo = mid
		} else {
			hi = mid
		}
	}
	return place{kind(lo), number - l.base[lo]}
}
