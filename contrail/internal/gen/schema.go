package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// schema is the part of schema.json that the tables are made from.
type schema struct {
	Format  int
	Release string
	Common  struct {
		Props map[string]prop
		Refs  map[string]link
	}
	Objects map[string]object
	Types   map[string]map[string]field
	History struct {
		ObjectSince    map[string]string            `json:"object_since"`
		ObjectsRemoved map[string]removedObject     `json:"objects_removed"`
		MembersRemoved map[string]map[string]former `json:"members_removed"`
	}
}

type object struct {
	Hyphen                  string
	Root, Derived           bool
	Parents, Children, Refs map[string]link
	Backrefs                []string
	Props                   map[string]prop
}

type link struct{ Attr string }

type prop struct{ Kind, Type, Key, Presence string }

// field is a member of a complex type; the names with a star hold something
// else, which nobody needs here.
type field struct {
	Type string
	List bool
}

func (f *field) UnmarshalJSON(text []byte) error {
	if text[0] != '{' {
		return nil
	}
	type plain field
	return unmarshal(text, (*plain)(f))
}

type removedObject struct {
	Until   string
	Parents []string
	Refs    []string
	Props   map[string]string
}

// former holds the names of one sort that a type once had.
type former map[string]any

func (s *schema) write() (*bytes.Buffer, error) {
	if s.Format != 1 {
		return nil, fmt.Errorf("schema format %d is not known", s.Format)
	}
	w := new(bytes.Buffer)
	fmt.Fprintf(w, "%s\n// The tables describe the release %q.\n\n", head, s.Release)
	fmt.Fprintf(w, "var commonProps = []Property%s\n\n", props(s.Common.Props))
	fmt.Fprintf(w, "var commonRefs = []string%s\n\n", list(slices.Sorted(maps.Keys(s.Common.Refs))))
	fmt.Fprint(w, "// objectTypes is sorted by name.\nvar objectTypes = [...]ObjectType{\n")
	all := maps.Clone(s.Objects)
	for name, r := range s.History.ObjectsRemoved {
		all[name] = r.object()
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		o := all[name]
		if o.Hyphen != strings.ReplaceAll(name, "_", "-") && o.Hyphen != "" {
			return nil, fmt.Errorf("hyphen form of %s is %s", name, o.Hyphen)
		}
		fmt.Fprintf(w, "{name: %q", name)
		if until := s.History.ObjectsRemoved[name].Until; until != "" {
			fmt.Fprintf(w, ", until: %q", until)
		}
		if since := s.History.ObjectSince[name]; since != "" {
			fmt.Fprintf(w, ", since: %q", since)
		}
		if o.Root {
			fmt.Fprint(w, ", root: true")
		}
		if o.Derived {
			fmt.Fprint(w, ", derived: true")
		}
		slices.Sort(o.Backrefs)
		names(w, "parents", slices.Sorted(maps.Keys(o.Parents)))
		names(w, "children", slices.Sorted(maps.Keys(o.Children)))
		names(w, "refs", slices.Sorted(maps.Keys(o.Refs)))
		names(w, "backrefs", o.Backrefs)
		if len(o.Props) > 0 {
			fmt.Fprintf(w, ",\n props: []Property%s", props(o.Props))
		}
		gone := s.History.MembersRemoved[name]
		names(w, "formerParents", slices.Sorted(maps.Keys(gone["parents"])))
		names(w, "formerRefs", slices.Sorted(maps.Keys(gone["refs"])))
		names(w, "formerProps", slices.Sorted(maps.Keys(gone["props"])))
		fmt.Fprint(w, "},\n")
	}
	fmt.Fprint(w, "}\n")
	return w, nil
}

func (r removedObject) object() object {
	o := object{Parents: map[string]link{}, Refs: map[string]link{}, Props: map[string]prop{}}
	for _, p := range r.Parents {
		o.Parents[p] = link{}
	}
	for _, t := range r.Refs {
		o.Refs[t] = link{}
	}
	for name, typ := range r.Props {
		o.Props[name] = prop{Kind: "prop", Type: typ}
	}
	return o
}

func names(w *bytes.Buffer, label string, of []string) {
	if len(of) > 0 {
		fmt.Fprintf(w, ",\n %s: []string%s", label, list(of))
	}
}

func list(of []string) string {
	quoted := make([]string, len(of))
	for i, s := range of {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	return "{" + strings.Join(quoted, ", ") + "}"
}

var kinds = map[string]string{"prop": "PropPlain", "propl": "PropList", "propm": "PropMap"}

func props(of map[string]prop) string {
	var b strings.Builder
	b.WriteString("{\n")
	for _, name := range slices.Sorted(maps.Keys(of)) {
		p := of[name]
		fmt.Fprintf(&b, "{Name: %q, Kind: %s, Type: %q", name, kinds[p.Kind], p.Type)
		if p.Key != "" {
			fmt.Fprintf(&b, ", Key: %q", p.Key)
		}
		if p.Presence == "required" {
			b.WriteString(", Required: true")
		}
		b.WriteString("},\n")
	}
	b.WriteString("}")
	return b.String()
}
