package validate

var _ = add(Rule{
	ID: "B-OBJ-9", Severity: Error, Check: "objects",
	Title: "several objects of a type have one name",
	Doc:   "Indexed or not: the original sees only those that are indexed (M-DUP-1).",
	Clean: "stale_object",
	Fix:   "keep the one that others refer to or lie below, of several that nobody does the oldest; where others refer to more than one, people decide",
	Name: func(r *Report, n *Namesakes) {
		if len(n.Objects) > 1 {
			keep := n.oldest()
			var edits []Edit
			for i, row := range n.Objects {
				if i != keep {
					edits = append(edits, removeObject(row.Key))
				}
			}
			for _, row := range n.Objects[1:] {
				r.fixedIf(keep >= 0, edits...).row(row, "fq_name", "%s %s is also the name of %s", n.Type, quoted(n.Name), n.Objects[0].Key)
			}
		}
	},
})

// oldest is the index of the object to keep; -1 if that isn't clear.
func (n *Namesakes) oldest() int {
	best, used := -1, 0
	for i, row := range n.Objects {
		if row.Name() != n.Objects[0].Name() {
			return -1 // one only because slashes in paths are folded
		}
		switch {
		case row.dependents > 0:
			best = i
			used++
		case used > 0:
		case best < 0 || n.created[i] != "" && (n.created[best] == "" || n.created[i] < n.created[best]):
			best = i
		}
	}
	if used > 1 {
		return -1
	}
	return best
}
