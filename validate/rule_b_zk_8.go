package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-ZK-8", Severity: Error, Check: "zookeeper",
	Title: "an object has no lock of its name",
	Doc: "/fq-name-to-uuid/TYPE:NAME, where other objects of the dump have one; where none has it is an old release, and an info. A live export " +
		"can lack some.",
	Fix: "add the node",
	Paths: func(r *Report, p *Path) {
		if p.missing() && p.ignored() == nil {
			r.fixedIf(contrail.ValidUUID(p.LivingUUID), setNode(p.Path, p.LivingUUID)).Add(p.finding("there is no node " + nodePath(p.Path)))
		}
	},
	Whole: func(r *Report, v *Inventory) {
		if v.NameLocks == 0 && v.Nodes > 0 && v.Objects > 0 {
			r.milder(Info, Finding{Where: nodePath(v.cluster() + "/fq-name-to-uuid"), Message: "no object has a lock of its name", Offset: -1})
		}
	},
})
