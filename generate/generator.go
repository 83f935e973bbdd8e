package generate

// generator answers every question about the dump that the options describe,
// each from the numbers of the objects asked about. It never changes, and
// holds nothing that grows with the dump.
type generator struct {
	*layout
	options Options
	seed    uint64
	asn     uint64
	start   int64 // µs: the oldest write
	end     int64 // µs: the time of the export
	step    [kindCount]int64
}

const (
	microsPerDay = 24 * 3600 * 1_000_000
	// lifetime is what lies between the oldest write and the export;
	// spreadDays is over how much of it each kind's creation is spread.
	lifetime   = 400 * microsPerDay
	spreadDays = 290
)

func newGenerator(o Options) (*generator, error) {
	o, err := o.normalized()
	if err != nil {
		return nil, err
	}
	g := &generator{layout: newLayout(o), options: o, seed: mix(o.Seed), asn: 64512}
	if o.FourByteASN {
		g.asn = 4_200_000_000
	}
	g.end = o.GeneratedAt.UnixMicro()
	g.start = g.end - lifetime
	for k, count := range g.count {
		g.step[k] = spreadDays * microsPerDay / int64(max(1, count))
	}
	return g, nil
}

func (g *generator) uuidOf(k kind, i int) uuid {
	return g.drawUUID(streamObject, g.number(k, i))
}

// createdAt is when an object was written, in µs. Objects of a kind appear
// evenly over the time, kinds that need others some days after them, so that
// nothing is older than its parent.
func (g *generator) createdAt(k kind, i int) int64 {
	late := int64(0)
	switch k {
	case networkIPAM, projectTag, securityGroup, logicalRouter, networkPolicy,
		interfaceRouteTable, addressGroup, serviceGroup:
		late = 2 * microsPerDay
	case virtualNetwork:
		late = 28 * microsPerDay
	case accessControlList:
		return g.createdAt(securityGroup, 1+i/2) + 1_500_000
	case routingInstance:
		return g.createdAt(virtualNetwork, g.networkOfInstance(i)) + 2_000_000
	case routeTarget, floatingIPPool, aliasIPPool, serviceInstance:
		late = 30 * microsPerDay
	case virtualMachine, virtualMachineInterface:
		late = 55 * microsPerDay
	case instanceIP:
		return g.createdAt(virtualMachineInterface, g.portOfIP(i)) + 1_000_000
	case floatingIP, aliasIP:
		late = 60 * microsPerDay
	}
	return g.start + late + int64(k)*1000 + int64(i)*g.step[k]
}

// modifiedAt is when an object's properties were last changed: a quarter of
// the objects were, within five days.
func (g *generator) modifiedAt(k kind, i int) int64 {
	created := g.createdAt(k, i)
	if n := g.draw(streamValue, g.number(k, i)); n%4 == 0 {
		created += int64(n>>2) % (5 * microsPerDay)
	}
	return created
}

// Write times of what a change writes: the changes were made one after
// another on the day before the export.
func (g *generator) changedAt(change int) int64 {
	return g.end - microsPerDay + int64(change)*1000
}

// Route target ids that the system hands out begin here; those of users lie
// below.
func (g *generator) firstTargetNumber() int {
	if g.options.FourByteASN {
		return 8000
	}
	return 8_000_000
}

func (g *generator) targetNumber(i int) int {
	if user := i - g.firstUserTarget(); user >= 0 {
		return 100 + user
	}
	return g.firstTargetNumber() + i
}

// firstGroupNumber is the security group id of ZooKeeper's node 0, which is
// reserved.
const firstGroupNumber = 8_000_000
