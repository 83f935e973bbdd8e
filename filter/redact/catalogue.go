package redact

import (
	"cmp"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/rules"
)

// Catalogue returns what is done at the places of the model, as rules.
func Catalogue(profile Profile) []rules.Rule {
	var list []rules.Rule
	seen := map[rules.Rule]bool{}
	add := func(typ, column, name string) {
		for p := range contrail.SensitivePlaces(typ, []byte(name)) {
			r := rules.Rule{Type: typ, Column: column, Path: p.Path, Action: actionOf(p.Class, profile)}
			if !seen[r] {
				seen[r] = true
				list = append(list, r)
			}
		}
	}
	for _, t := range contrail.ObjectTypes() {
		for _, p := range t.Props() {
			column := p.Kind.String() + ":" + p.Name
			name := column
			if p.Kind != contrail.PropPlain {
				name += ":0"
			}
			add(t.Name(), column, name)
		}
		for _, to := range t.Refs() {
			add(t.Name(), "ref:"+to, "ref:"+to+":0")
		}
	}
	slices.SortFunc(list, func(a, b rules.Rule) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	return list
}

// actionOf returns what is done with a class. What is looked into, to replace a
// part, is kept as far as rules go.
func actionOf(c contrail.Class, profile Profile) rules.Action {
	switch c {
	case contrail.ClassSecret, contrail.ClassSecretRef:
		return rules.Hash
	case contrail.ClassSecretID, contrail.ClassKey, contrail.ClassVLAN, contrail.ClassUUID, contrail.ClassTime:
		return rules.Keep
	}
	if profile == Anonymous {
		return rules.Pseudonym
	}
	return rules.Keep
}
