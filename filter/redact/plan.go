package redact

import (
	"bytes"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/rules"
)

// place is what is known of a place in a value and of those below it. The
// elements of a list are at the place of the list.
type place struct {
	class  contrail.Class // empty if the place isn't sensitive
	action rules.Action   // of a rule; empty if there is none
	below  map[string]*place
	// secretBelow tells that a text here would stand where the model has
	// something with a secret in it.
	secretBelow bool
}

// plan is what is done with the values of a column.
type plan struct {
	name   string // for reports
	column string // its name without position, key or uuid
	// typed tells that there are rules for the column in objects of some types
	// only.
	typed bool
	root  place
	// walk tells that every value is gone through; otherwise it is if a quick
	// look finds something.
	walk bool
	// marks are the members for which values are gone through, as they stand in
	// raw values; none if there are other reasons.
	marks [][]byte
	// free tells that the whole value is free for anybody to write into.
	free bool
	// names tells that members with the name of a secret are one.
	names bool
	// isRef tells that the value is that of a reference, with an attr.
	isRef bool
	// secret tells that all of it is secret, for the name of the column.
	secret bool
	// kind is what the column is.
	kind contrail.ColumnKind
}

// planOf returns the plan of a column of obj_uuid_table.
func (r *redactor) planOf(name []byte) *plan {
	col := contrail.ParseColumn(name)
	key := name
	switch col.Kind {
	case contrail.ColumnPropList, contrail.ColumnPropMap, contrail.ColumnParent, contrail.ColumnChild,
		contrail.ColumnRef, contrail.ColumnBackref:
		key = name[:len(name)-len(col.Key)-1]
	}
	if p := r.plans[string(key)]; p != nil {
		return p
	}
	p := r.newPlan(key, name, col, "")
	if len(r.plans) < maxPlans {
		r.plans[string(key)] = p
	}
	return p
}

// planOfType returns the plan of a column of an object of a type; only rules
// make one other than that of the column.
func (r *redactor) planOfType(name []byte, typ string) *plan {
	p := r.planOf(name)
	key := typ + " " + p.column
	if typed := r.plans[key]; typed != nil {
		return typed
	}
	typed := r.newPlan([]byte(p.column), name, contrail.ParseColumn(name), typ)
	if len(r.plans) < maxPlans {
		r.plans[key] = typed
	}
	return typed
}

// maxPlans bounds what is kept of a dump in which columns have names of their
// own.
const maxPlans = 10_000

func (r *redactor) newPlan(key, name []byte, col contrail.Column, typ string) *plan {
	p := &plan{name: string(key), column: string(key), kind: col.Kind, isRef: col.Kind == contrail.ColumnRef || col.Kind == contrail.ColumnBackref}
	known, marked := false, true
	for pl := range contrail.SensitivePlaces("", name) {
		known = true
		at := p.root.at(pl.Path)
		at.class = pl.Class
		switch pl.Class {
		case contrail.ClassSecret:
			p.root.markAbove(pl.Path)
			p.walk, p.names, marked = true, true, false
		case contrail.ClassBlob, contrail.ClassText, contrail.ClassURL, contrail.ClassSecretRef:
			p.walk = true
			last := strings.TrimSuffix(pl.Path[strings.LastIndexByte(pl.Path, '.')+1:], "[]")
			if last == "" || last == "value" {
				marked = false
			}
			p.marks = append(p.marks, []byte(last+`\"`))
		}
	}
	for _, rule := range r.o.Rules {
		if rule.Column != string(key) {
			continue
		}
		if rule.Type != "" && rule.Type != typ {
			p.typed = true
			continue
		}
		p.root.at(rule.Path).action = rule.Action
		p.walk, marked = true, false
	}
	if !known && unknownColumn(col) {
		p.free, p.names, p.walk = true, true, true
		last := col.Name
		if col.Kind == contrail.ColumnUnknown {
			last = name
			p.name = "(unknown)"
		}
		p.secret = isSecretName(string(last))
	}
	if col.Kind == contrail.ColumnFQName {
		p.root.class = contrail.ClassFQName
	}
	if r.names != nil {
		switch col.Kind {
		case contrail.ColumnUnknown, contrail.ColumnFQName, contrail.ColumnProp, contrail.ColumnPropList, contrail.ColumnPropMap:
			p.walk = true
		case contrail.ColumnRef, contrail.ColumnBackref:
			p.walk = known || r.names.UUIDs
		case contrail.ColumnType, contrail.ColumnParentType, contrail.ColumnParent, contrail.ColumnChild, contrail.ColumnMeta, contrail.ColumnRelaxBackref:
			p.walk, p.free = true, true // none of these has anything else than a word of the model or null
		}
	}
	if !marked || p.free || r.names != nil {
		p.marks = nil
	}
	return p
}

// unknownColumn tells if no type of the model has the column.
func unknownColumn(col contrail.Column) bool {
	switch {
	case col.Kind == contrail.ColumnUnknown:
		return true
	case !col.Kind.IsProp():
		return false
	}
	return !knownProps()[string(col.Name)]
}

// at returns the place at a path and makes it if need be.
func (p *place) at(path string) *place {
	for name := range members(path) {
		next := p.below[name]
		if next == nil {
			next = new(place)
			if p.below == nil {
				p.below = map[string]*place{}
			}
			p.below[name] = next
		}
		p = next
	}
	return p
}

// markAbove marks all that is above the place at a path.
func (p *place) markAbove(path string) {
	for name := range members(path) {
		p.secretBelow = true
		p = p.below[name]
	}
}

// members yields the names of members in a path.
func members(path string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(path, ".") {
			part = strings.ReplaceAll(part, "[]", "")
			if part != "" && !yield(part) {
				return
			}
		}
	}
}

// member returns the place of a member; p may be nil.
func (p *place) member(name []byte) *place {
	if p == nil {
		return nil
	}
	return p.below[string(name)]
}

func (p *place) classOf() contrail.Class {
	if p == nil {
		return ""
	}
	return p.class
}

func hasAttr(value []byte) bool { return bytes.Contains(value, []byte(`"attr"`)) }
