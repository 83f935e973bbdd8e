package generate

// Who belongs to whom, in both directions.

// Ports (virtual machine interfaces) come in four runs: on the wide network,
// on the flat one, on tenant networks, and the interfaces of logical routers.
// The first three belong to machines.

func (l *layout) routerPorts() int     { return 2 * l.routers }
func (l *layout) firstTenantPort() int { return l.widePorts + l.flatPorts }
func (l *layout) machinePorts() int {
	return l.count[virtualMachineInterface] - l.routerPorts()
}

// Splits over tenants (0-based) or over what tenants have.

func (l *layout) networksOf() split   { return split{l.networks, l.tenants} }
func (l *layout) groupsOf() split     { return split{l.count[securityGroup] - specialGroups, l.tenants} }
func (l *layout) routersOf() split    { return split{l.routers, l.tenants} }
func (l *layout) floatingOf() split   { return split{l.count[floatingIP], l.tenants} }
func (l *layout) aliasOf() split      { return split{l.count[aliasIP], l.tenants} }
func (l *layout) tagsOf() split       { return split{l.count[projectTag], l.tenants} }
func (l *layout) portsOf() split      { return split{l.tenantPorts, l.networks} }
func (l *layout) machinesOf() split   { return split{l.machinePorts(), l.count[virtualMachine]} }
func (l *layout) hostedOn() split     { return split{l.count[virtualMachine], l.count[virtualRouter]} }
func (l *layout) routersIn() split    { return split{l.count[physicalRouter], l.count[fabric]} }
func (l *layout) wideMembers() choice { return choice{l.machinePorts(), l.wideGroup} }
func (l *layout) dualStack() choice   { return choice{l.tenantPorts, l.secondIPs} }

// looseOf deals the kinds that stand directly under tenants and have no other
// structure.
func (l *layout) looseOf(k kind) split { return split{l.count[k], l.tenants} }

// tenantPortsOf is the range of tenant ports of a tenant, all networks.
func (l *layout) tenantPortsOf(tenant int) (lo, hi int) {
	first, end := l.networksOf().items(tenant)
	lo, _ = l.portsOf().items(first)
	hi, _ = l.portsOf().items(end)
	return lo, hi
}

// tenantOfPort is the tenant of the t-th tenant port.
func (l *layout) tenantOfPort(t int) int { return l.networksOf().owner(l.portsOf().owner(t)) }

// parentOf is the index of an object's parent within its kind.
func (l *layout) parentOf(k kind, i int) int {
	switch k {
	case networkIPAM:
		return max(0, i-specialIPAMs+1)
	case projectTag:
		return 1 + l.tagsOf().owner(i)
	case physicalInterface:
		return i / l.portsPerRouter
	case logicalInterface:
		return l.interfaceOfLogical(i)
	case virtualPortGroup:
		return l.routersIn().owner(l.routerOfGroup(i))
	case securityGroup:
		if i < specialGroups {
			return 0
		}
		return 1 + l.groupsOf().owner(i-specialGroups)
	case accessControlList:
		return 1 + i/2
	case virtualNetwork:
		return l.projectOfNetwork(i)
	case routingInstance:
		return l.networkOfInstance(i)
	case bgpRouter:
		return l.fabricInstance()
	case floatingIPPool, aliasIPPool:
		return l.poolNetwork(i)
	case networkPolicy, interfaceRouteTable, addressGroup, serviceGroup:
		return 1 + l.looseOf(k).owner(i)
	case logicalRouter, serviceInstance:
		return 1 + l.routersOf().owner(i)
	case virtualMachineInterface:
		return l.projectOfPort(i)
	case floatingIP:
		return l.floatingOf().owner(i)
	case aliasIP:
		return l.aliasOf().owner(i)
	}
	return 0
}

// projectOfNetwork is the project of a virtual network.
func (l *layout) projectOfNetwork(i int) int {
	switch j := i - specialNetworks; {
	case j < 0:
		return 0
	case j < l.networks:
		return 1 + l.networksOf().owner(j)
	default:
		return 1 + l.routersOf().owner(j-l.networks)
	}
}

// snatNetwork is the virtual network on the left of a router's SNAT instance.
func (l *layout) snatNetwork(router int) int { return specialNetworks + l.networks + router }

// fabricInstance is the routing instance __default__ of ip-fabric, in which
// the BGP routers are.
func (l *layout) fabricInstance() int { return l.count[virtualNetwork] }

// chainInstance is the routing instance of a service chain.
func (l *layout) chainInstance(chain int) int { return l.count[virtualNetwork] + 1 + chain }

// chainRouter is the logical router next to which a service chain stands.
func (l *layout) chainRouter(chain int) int { return 4 * chain }

// networkOfInstance is the virtual network of a routing instance: the first
// instances are the default ones, each with the number of its network.
func (l *layout) networkOfInstance(i int) int {
	switch chain := i - l.count[virtualNetwork] - 1; {
	case chain >= 0:
		network, _ := l.routerNetworks(l.chainRouter(chain))
		return network
	case chain == -1:
		return ipFabric
	default:
		return i
	}
}

// chainOfNetwork tells whether a service chain begins in a tenant network.
func (l *layout) chainOfNetwork(i int) (chain int, ok bool) {
	router, side, ok := l.routerOfNetwork(i)
	return router / 4, ok && side == 0 && router%4 == 0
}

// poolNetwork is the network of a tenant's floating and alias IP pools.
func (l *layout) poolNetwork(tenant int) int {
	first, _ := l.networksOf().items(tenant)
	return specialNetworks + first
}

// routerNetworks are the two networks that a logical router connects: the
// o-th router of a tenant takes the tenant's networks 2o and 2o+1.
func (l *layout) routerNetworks(router int) (left, right int) {
	tenant := l.routersOf().owner(router)
	firstRouter, _ := l.routersOf().items(tenant)
	firstNetwork, _ := l.networksOf().items(tenant)
	left = specialNetworks + firstNetwork + 2*(router-firstRouter)
	return left, left + 1
}

// routerOfNetwork is the inverse of routerNetworks.
func (l *layout) routerOfNetwork(i int) (router, side int, ok bool) {
	j := i - specialNetworks
	if j < 0 || j >= l.networks {
		return 0, 0, false
	}
	tenant := l.networksOf().owner(j)
	firstNetwork, _ := l.networksOf().items(tenant)
	firstRouter, endRouter := l.routersOf().items(tenant)
	router = firstRouter + (j-firstNetwork)/2
	return router, (j - firstNetwork) % 2, router < endRouter
}

// routerPort is the port of a logical router on one of its two networks.
func (l *layout) routerPort(router, side int) int { return l.machinePorts() + 2*router + side }

// networkOfPort is the virtual network of a port.
func (l *layout) networkOfPort(i int) int {
	switch {
	case i < l.widePorts:
		return wideNetwork
	case i < l.firstTenantPort():
		return flatNetwork
	case i < l.machinePorts():
		return specialNetworks + l.portsOf().owner(i-l.firstTenantPort())
	}
	left, right := l.routerNetworks((i - l.machinePorts()) / 2)
	if (i-l.machinePorts())%2 == 0 {
		return left
	}
	return right
}

// projectOfPort is the project of a port.
func (l *layout) projectOfPort(i int) int {
	switch {
	case i < l.firstTenantPort():
		return 0
	case i < l.machinePorts():
		return 1 + l.tenantOfPort(i-l.firstTenantPort())
	}
	return 1 + l.routersOf().owner((i-l.machinePorts())/2)
}

// portOfIP is the port that has an instance IP: the first addresses are one
// for each port, the rest are second ones of tenant ports.
func (l *layout) portOfIP(i int) int {
	if e := i - l.count[virtualMachineInterface]; e >= 0 {
		return l.firstTenantPort() + l.dualStack().item(e)
	}
	return i
}

// userTarget is the route target that a tenant network has in its list.
func (l *layout) userTarget(network int) (target int, ok bool) {
	j := network - specialNetworks
	if j < 0 || j >= l.networks || j%8 != 5 {
		return 0, false
	}
	return l.firstUserTarget() + j/8%l.userRTs, true
}

func (l *layout) firstUserTarget() int { return l.count[routeTarget] - l.userRTs }

// routerTarget and chainTarget are the route targets of a logical router and
// of a service chain's instance; the first targets are those of the default
// instances, with the same numbers.
func (l *layout) routerTarget(router int) int { return l.count[virtualNetwork] + router }
func (l *layout) chainTarget(chain int) int {
	return l.count[virtualNetwork] + l.routers + chain
}

// Physical interfaces of a router, by port: the first third are bonded in
// pairs into virtual port groups, then come those with logical interfaces,
// then free ones, and the last two are links to the neighbour routers.

func (l *layout) groupsPerRouter() int  { return l.portsPerRouter / 6 }
func (l *layout) logicalPerRouter() int { return l.portsPerRouter / 12 }
func (l *layout) routerOfGroup(i int) int {
	return i / l.groupsPerRouter()
}
func (l *layout) bondedPorts() int { return 2 * l.groupsPerRouter() }
func (l *layout) interfaceOfLogical(i int) int {
	router := i / l.logicalPerRouter()
	return router*l.portsPerRouter + l.bondedPorts() + i%l.logicalPerRouter()
}

// linkedInterface is the other end of a link between two routers: the last
// port of one and the last but one of the next.
func (l *layout) linkedInterface(i int) (other int, ok bool) {
	switch router, port := i/l.portsPerRouter, i%l.portsPerRouter; {
	case port == l.portsPerRouter-1 && router+1 < l.count[physicalRouter]:
		return i + l.portsPerRouter - 1, true
	case port == l.portsPerRouter-2 && router > 0:
		return i - l.portsPerRouter + 1, true
	}
	return 0, false
}

// freeInterface tells whether nothing hangs on a physical interface.
func (l *layout) freeInterface(i int) bool {
	port := i % l.portsPerRouter
	return port >= l.bondedPorts()+l.logicalPerRouter() && port < l.portsPerRouter-2
}

// attached is how many of a tenant's policies or route tables are referred
// to; the others hang on nothing but their project.
func attached(count int) int { return count / 2 }
