package validate

import (
	"slices"

	"github.com/tidwall/gjson"
)

// finish joins what the first reading gathered, after a second one if something didn't add up.
func (r *run) finish() error {
	r.linkBalance.settle()
	r.indexBalance.settle()
	r.lockBalance.settle()
	err := firstError(r.seenNames.settle(), r.seenObjects.settle())
	if err != nil {
		return err
	}
	if r.hooks.joins() {
		if r.secondReading() {
			if err := r.read(true); err != nil {
				return err
			}
		}
		r.collecting = false
		for _, join := range []func() error{
			r.joinIdentities, r.joinNames, r.joinLinks, r.joinAncestors, r.joinNormalForms, r.joinShares,
		} {
			if err := join(); err != nil {
				return err
			}
		}
	}
	if err := inOrder([]func() error{r.joinLater, r.joinCase}); err != nil {
		return err
	}
	r.findASN()
	if r.hooks.joins() {
		// What is looked up is ready before two look.
		for _, s := range []*store{r.rows, r.names, r.absent, r.unindexed, r.unnamed, r.numberNodes} {
			s.build()
		}
		one := []func() error{r.joinEntities, r.joinSubnetIDs, r.joinAddresses, r.joinLocks}
		other := []func() error{r.joinNumbers, r.joinPaths, r.joinMACs, r.joinOwners}
		var err error
		if r.o.Edit != nil {
			// Edits of numbers need to know which objects want one.
			err = inOrder(slices.Concat(one, other, []func() error{r.giveNumbers}))
		} else {
			err = both(one, other)
		}
		if err != nil {
			return err
		}
	}
	r.inv.SubnetCounts = r.subnetCount
	r.inv.Target = r.o.Target
	r.inv.Named = r.Named
	r.hooks.whole.call(&r.inv)
	if r.o.Servers != nil {
		r.hooks.servers.call(r.o.Servers)
	}
	return r.failure()
}

// both calls the functions of two lists, each list in its order and the two beside each other.
func both(one, other []func() error) error {
	done := make(chan error)
	go func() { done <- inOrder(other) }()
	err := inOrder(one)
	return firstError(err, <-done)
}

func inOrder(list []func() error) error {
	for _, f := range list {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// secondReading tells if something has to be looked at again.
func (r *run) secondReading() bool {
	return r.linkBalance.bad || r.indexBalance.bad || r.hasLocks() && r.lockBalance.bad || r.seenNames.any() || r.seenObjects.any()
}

// joinEntities judges the rows that can be looked up.
func (r *run) joinEntities() error {
	return r.rows.all(func(k id, payload []byte) error {
		d := decoder{payload}
		d.uint() // flags
		typ := r.texts.take(&d)
		rules := r.hooks.entity[typ]
		if rules == nil && typ != "virtual_network" {
			return nil
		}
		row := r.decodeRow(k, payload)
		rules.call(row)
		if typ == "virtual_network" {
			r.joinNetwork(row)
		}
		return r.failure()
	})
}

const (
	systemConfig = "default-global-system-config"
	usualASN     = 64512
)

// findASN finds the AS number of the system, which decides about the route targets.
func (r *run) findASN() {
	v := &r.inv
	switch list := r.ByName("global_system_config", systemConfig); {
	case len(list) == 0:
		v.ASNProblem = "global_system_config " + systemConfig + " is not in obj_fq_name_table"
		list = r.Named("global_system_config", systemConfig)
		if len(list) > 0 {
			v.GSC = r.Row(list[0])
		}
	default:
		slices.Sort(list)
		if v.GSC = r.Row(list[0]); v.GSC == nil {
			v.ASNProblem = "global_system_config " + list[0] + " has no row"
		}
	}
	if v.GSC != nil {
		c := v.GSC.prop("autonomous_system")
		number := v.GSC.Prop("autonomous_system")
		n, ok := uintOf(number)
		ok = ok && number.Type == gjson.Number // of a text the original makes nonsense
		switch {
		case ok && n >= 1 && n <= 1<<32-1:
			v.ASN = uint32(n)
		case v.ASNProblem != "":
		case c == nil:
			v.ASNProblem = "global_system_config has no prop:autonomous_system"
		default:
			v.ASNProblem = "prop:autonomous_system is not a number in 1..4294967295"
			if c.JSON {
				v.ASNProblem += ": " + string(c.Value)
			}
		}
	}
	if r.asn == 0 {
		r.asn = v.ASN
	}
	if r.asn == 0 {
		r.asn = usualASN
	}
	v.ASN = r.asn
}
