package generate

// Tags: each is of one of the predefined types. Global tags hang on projects
// and machines, a tenant's own on its networks.

// tagValueID is the low half of a tag's id, unlike others of its type.
// 0 is left out, since a tag id of 0 means none.
func (g *generator) tagValueID(k kind, i int) int {
	if k == globalTag {
		return 1 + i/tagTypes
	}
	return 2 + g.count[globalTag]/tagTypes + i/tagTypes
}

func (r *row) tagType(i int) {
	r.prop("prop:tag_type_id")
	r.quoteOpen()
	r.buf = appendHex(append(r.buf, "0x"...), uint64(i), 4)
	r.quoteClose()
	r.close()
}

func (r *row) tag(i int) {
	k := r.s.kind
	r.prop("prop:tag_type_name")
	r.text(tagTypeNames[i%tagTypes])
	r.close()
	r.prop("prop:tag_value")
	r.quoteOpen()
	r.buf = r.w.appendTagValue(r.buf, k, i)
	r.quoteClose()
	r.close()
	r.set("prop:tag_predefined", valueFalse)
	r.prop("prop:tag_id")
	r.quoteOpen()
	r.buf = appendHex(append(r.buf, "0x"...), uint64(i%tagTypes<<16|r.w.tagValueID(k, i)), 8)
	r.quoteClose()
	r.close()
	r.ref(tagType, i%tagTypes, refPlain)
}

func (r *row) tagTypeLinks(i int) {
	for _, k := range []kind{globalTag, projectTag} {
		for t := i; t < r.w.count[k]; t += tagTypes {
			r.backref(k, t, refPlain)
		}
	}
}

// One machine in eight has a global tag, and so has every project.
const taggedMachines = 8

func (r *row) globalTagLinks(i int) {
	tags := r.w.count[globalTag]
	for m := i * taggedMachines; m < r.w.count[virtualMachine]; m += tags * taggedMachines {
		r.backref(virtualMachine, m, refPlain)
	}
	for p := i; p < r.w.count[project]; p += tags {
		if p > 0 {
			r.backref(project, p, refPlain)
		}
	}
}

// One network in four of a tenant that has tags has one of them.

func (g *generator) tagOfNetwork(i int) (tag int, ok bool) {
	j := i - specialNetworks
	if j < 0 || j >= g.networks {
		return 0, false
	}
	tenant := g.networksOf().owner(j)
	lo, hi := g.tagsOf().items(tenant)
	first, _ := g.networksOf().items(tenant)
	v := j - first
	if v%4 != 2 || lo == hi {
		return 0, false
	}
	return lo + v/4%(hi-lo), true
}

func (r *row) projectTagLinks(i int) {
	tenant := r.w.tagsOf().owner(i)
	first, end := r.w.networksOf().items(tenant)
	for j := first; j < end; j++ {
		if tag, ok := r.w.tagOfNetwork(specialNetworks + j); ok && tag == i {
			r.backref(virtualNetwork, specialNetworks+j, refPlain)
		}
	}
}
