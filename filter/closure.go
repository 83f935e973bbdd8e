package filter

// Need is why objects are kept that nobody asked for.
type Need struct {
	Type string // of what is kept
	Why  string // parent, reference or route target
	Of   string // type of the object that needs it
}

// spread decides which objects are kept, from those that were picked.
func (o *objects) spread(sel *Selection) (map[Need]int64, error) {
	for _, flag := range []uint8{below, removed} {
		if len(sel.Subtrees) == 0 && flag == below || len(sel.OmitSubtree) == 0 && flag == removed {
			continue
		}
		if err := o.untilNothing(func(k linkKind, from, to uint32) bool {
			switch k {
			case toChild: // a parent names its child
			case toParent:
				from, to = to, from
			default:
				return false
			}
			return o.flags[from]&flag != 0 && o.set(to, flag)
		}); err != nil {
			return nil, err
		}
	}
	for id, f := range o.flags {
		if f&below != 0 && !matchesType(sel.OmitTypes, o.typeOf(uint32(id))) {
			o.flags[id] |= kept
		}
		if f&removed != 0 {
			o.flags[id] &^= kept
		}
	}
	needs := map[Need]int64{}
	if !sel.Closure {
		return needs, nil
	}
	why := [...]string{toParent: "parent", toTarget: "reference", toOwner: "route target"}
	return needs, o.untilNothing(func(k linkKind, from, to uint32) bool {
		if k == toChild || !o.has(from, kept) || o.has(to, removed) || !o.set(to, kept|needed) {
			return false
		}
		needs[Need{o.typeOf(to), why[k], o.typeOf(from)}]++
		return true
	})
}

// set sets flags of an object that has a row, and tells if that is news.
func (o *objects) set(id uint32, flags uint8) bool {
	f := o.flags[id]
	if f&exists == 0 || f&flags&^needed == flags&^needed {
		return false
	}
	o.flags[id] = f | flags
	return true
}

// untilNothing goes over all links again as long as visit changes anything.
func (o *objects) untilNothing(visit func(k linkKind, from, to uint32) bool) error {
	for changed := true; changed; {
		changed = false
		if err := o.eachLink(func(k linkKind, from, to uint32) {
			changed = visit(k, from, to) || changed
		}); err != nil {
			return err
		}
	}
	return nil
}
