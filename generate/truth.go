package generate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

const truthSchema = "dumptool.generate-truth/1"

// truthChange is one primary change, in the form of an object change of the
// diff.
type truthChange struct {
	Kind          string       `json:"kind"`
	Op            string       `json:"op"`
	Type          string       `json:"type"`
	UUID          string       `json:"uuid"`
	Name          []string     `json:"fq_name"`
	RenamedFrom   []string     `json:"renamed_from,omitempty"`
	RecreatedFrom string       `json:"recreated_from,omitempty"`
	Fields        []truthField `json:"fields"`
}

type truthField struct {
	Path string          `json:"path"`
	Op   string          `json:"op"`
	Old  json.RawMessage `json:"old,omitempty"`
	New  json.RawMessage `json:"new,omitempty"`
}

// writeTruth writes the primary changes, sorted by type, fq_name and uuid,
// each made from the object's two rows.
func (p *planner) writeTruth(w io.Writer) error {
	out := bufio.NewWriter(w)
	o := p.after.options
	counts, err := json.Marshal(p.countsByName())
	if err != nil {
		return fmt.Errorf("encode counts: %w", err)
	}
	fmt.Fprintf(out, `{"schema": %q, "seed": %d, "objects": %d, "counts": %s, "changes": [`, truthSchema, o.Seed, o.Objects, counts)
	separator := "\n"
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	for _, c := range p.sorted() {
		line.Reset()
		t, err := p.truth(c)
		if err != nil {
			return err
		}
		if err := encoder.Encode(t); err != nil {
			return fmt.Errorf("encode change of %s %s: %w", t.Type, t.UUID, err)
		}
		out.WriteString(separator)
		out.Write(bytes.TrimSuffix(line.Bytes(), []byte("\n")))
		separator = ",\n"
	}
	out.WriteString("]}\n")
	return out.Flush()
}

func (p *planner) countsByName() map[string]int {
	counts := make(map[string]int, changeKinds)
	for k, n := range p.counts {
		counts[changeNames[k]] = n
	}
	return counts
}

// sorted are the primary changes in the order of the truth.
func (p *planner) sorted() []change {
	type named struct {
		change
		typ, id string
		name    []string
	}
	all := make([]named, 0, len(p.changes))
	var f fqName
	for _, c := range p.changes {
		if c.kind == changeTimestamp {
			continue
		}
		var s subject
		p.after.subject(&s, c.slot) // of a deleted one: as it was
		p.after.nameSubject(&f, &s)
		all = append(all, named{c, s.kind.typ(), string(appendUUID(nil, s.id)), f.parts()})
	}
	slices.SortFunc(all, func(a, b named) int {
		if n := strings.Compare(a.typ, b.typ); n != 0 {
			return n
		}
		if n := slices.Compare(a.name, b.name); n != 0 {
			return n
		}
		return strings.Compare(a.id, b.id)
	})
	changes := make([]change, len(all))
	for i, n := range all {
		changes[i] = n.change
	}
	return changes
}

func (p *planner) truth(c change) (truthChange, error) {
	t := truthChange{Kind: "object", Op: "modified"}
	var old, new map[string]json.RawMessage
	var err error
	if c.kind != changeAdded {
		if old, err = p.primary(&t, p.before, c.slot); err != nil {
			return t, err
		}
	}
	was := t
	if c.kind != changeDeleted {
		if new, err = p.primary(&t, p.after, c.slot); err != nil {
			return t, err
		}
	}
	switch {
	case c.kind == changeAdded:
		t.Op = "added"
	case c.kind == changeDeleted:
		t.Op = "removed"
	default:
		if !slices.Equal(was.Name, t.Name) {
			t.RenamedFrom = was.Name
		}
		if was.UUID != t.UUID {
			t.RecreatedFrom = was.UUID
		}
	}
	t.Fields = fieldsOf(old, new)
	return t, nil
}

// primary are the columns of an object that are neither derived nor
// volatile, decoded. It fills in what identifies the object.
func (p *planner) primary(t *truthChange, w *world, slot int) (map[string]json.RawMessage, error) {
	var s subject
	w.subject(&s, slot)
	r := &p.row
	r.build(w, &s)
	t.Type, t.UUID, t.Name = s.kind.typ(), string(appendUUID(nil, s.id)), r.name.parts()
	columns := make(map[string]json.RawMessage, len(r.cells))
	for _, c := range r.cells {
		name := string(r.cellName(c))
		if name == "META:latest_col_ts" || strings.HasPrefix(name, "backref:") || strings.HasPrefix(name, "children:") {
			continue
		}
		var text string
		if err := json.Unmarshal([]byte(`"`+string(r.cellValue(c))+`"`), &text); err != nil {
			return nil, fmt.Errorf("decode %s of %s %s: %w", name, t.Type, t.UUID, err)
		}
		columns[name] = json.RawMessage(text)
	}
	return columns, nil
}

func fieldsOf(old, new map[string]json.RawMessage) []truthField {
	paths := maps.Clone(old)
	if paths == nil {
		paths = map[string]json.RawMessage{}
	}
	maps.Copy(paths, new)
	fields := []truthField{}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		was, before := old[path]
		is, after := new[path]
		f := truthField{Path: path, Op: "modified", Old: was, New: is}
		switch {
		case !before:
			f.Op = "added"
		case !after:
			f.Op = "removed"
		case bytes.Equal(was, is) || path == "prop:id_perms" && onlyLastModified(was, is):
			continue
		}
		fields = append(fields, f)
	}
	return fields
}

// onlyLastModified tells whether two values of id_perms are the same but for
// last_modified.
func onlyLastModified(a, b []byte) bool {
	x, y := withoutLastModified(a), withoutLastModified(b)
	return x != nil && reflect.DeepEqual(x, y)
}

func withoutLastModified(text []byte) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return nil
	}
	delete(members, "last_modified")
	return members
}
