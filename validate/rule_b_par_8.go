package validate

import "strings"

var _ = add(Rule{
	ID: "B-PAR-8", Severity: Error, Check: "links",
	Title: "an object is its own ancestor",
	Doc:   "The chain of parents leads back to it, or it is its own parent.",
	Fix:   "break the ring, at the parent: column that the names speak against, else at the newest; the parent is then the one that is found by the name, or none",
	Row: func(r *Report, row *Row) {
		for _, p := range row.Parents {
			if p.id == row.id {
				r.later(row)
				r.elsewhere().row(row, "parent:"+p.Type+":"+p.UUID, "it is its own parent")
			}
		}
	},
	Later: func(r *Report, row *Row) {
		for _, p := range row.Parents {
			if p.id == row.id {
				r.change(r.leaveParent(row, p)...)
			}
		}
	},
	Ancestry: func(r *Report, a *Ancestry) {
		if a.Ring && a.Steps > 1 {
			r.with(r.breakRing(a.Row)...).row(a.Row, "", "%s up it is its own parent", plural(a.Steps, "level"))
		}
	},
})

// leaveParent takes an object away from a parent, to the one that its name speaks for, if there is one.
func (r *Report) leaveParent(row *Row, p ParentLink) []Edit {
	edits := []Edit{dropCell(objectCell(row.Key, "parent:"+p.Type+":"+p.UUID))}
	if len(row.Parents) > 1 {
		return edits
	}
	if parent := r.parentByName(row, ""); parent != nil && parent.id != p.id {
		return append(edits, setParent(row, parent)...)
	}
	if row.has(hasParentType) {
		edits = append(edits, dropCell(objectCell(row.Key, "parent_type")))
	}
	return edits
}

// breakRing are the edits that break a ring of parents, all the same from whichever row it is looked at.
func (r *Report) breakRing(row *Row) []Edit {
	var worst *Row
	rank := func(x *Row) (wrongName bool, newest int64) {
		parent := r.run.row(x.Parents[0].id)
		return parent != nil && parent.Name() != strings.Join(x.FQName[:max(0, len(x.FQName)-1)], ":"), x.Parents[0].micro
	}
	for up, n := row, 0; n < maxDepth && up != nil && len(up.Parents) > 0; n++ {
		if worst == nil {
			worst = up
		} else {
			w1, t1 := rank(worst)
			w2, t2 := rank(up)
			if w2 && !w1 || w2 == w1 && (t2 > t1 || t2 == t1 && up.Key > worst.Key) {
				worst = up
			}
		}
		if up = r.run.row(up.Parents[0].id); up != nil && up.id == row.id {
			break
		}
	}
	return r.leaveParent(worst, worst.Parents[0])
}
