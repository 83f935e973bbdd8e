package validate

import (
	"maps"
	"slices"
	"strings"
)

// Operations are the repairs of the original's db_manage.py, by their names without heal_ and clean_, with the rules whose
// fixes they are.
func Operations(heal bool) map[string][]*Rule {
	m := map[string][]*Rule{}
	for _, r := range rules {
		name := r.Clean
		if heal {
			name = r.Heal
		}
		if name != "" {
			m[name] = append(m[name], r)
		}
	}
	return m
}

// OperationNames lists their names, sorted.
func OperationNames(heal bool) []string { return slices.Sorted(maps.Keys(Operations(heal))) }

// Operation finds the rules of one of them, by its name in either spelling, with or without heal_ or clean_. The name "all"
// stands for all of them.
func Operation(heal bool, name string) ([]*Rule, bool) {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	if heal {
		name = strings.TrimPrefix(name, "heal_")
	} else {
		name = strings.TrimPrefix(name, "clean_")
	}
	all := Operations(heal)
	if name == "all" {
		var list []*Rule
		for _, n := range OperationNames(heal) {
			list = append(list, all[n]...)
		}
		return list, true
	}
	list, ok := all[name]
	return list, ok
}

// Fixable tells if a repair does something about findings of the rule.
func (r *Rule) Fixable() bool { return r.Fix != "" }

// WithFixers adds to a selection of rules those whose edits mend the findings of the selected ones.
func WithFixers(selected map[*Rule]bool) {
	for {
		before := len(selected)
		for r := range maps.Clone(selected) {
			for _, id := range r.FixedBy {
				if other, ok := Lookup(id); ok {
					selected[other] = true
				}
			}
		}
		if len(selected) == before {
			return
		}
	}
}
