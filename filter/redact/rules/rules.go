// Package rules reads what a site wants to be done with places of its own: a
// list of types, columns, paths and actions in YAML.
package rules

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dumptool/dumptool/contrail"
)

// Action is what is done with the texts and numbers at a place.
type Action string

// The actions.
const (
	Drop      Action = "drop"      // an empty text, 0
	Mask      Action = "mask"      // the same word for all
	Hash      Action = "hash"      // a keyed placeholder: the same for the same
	Pseudonym Action = "pseudonym" // as the name, address or number that it is
	Keep      Action = "keep"      // as it is, whatever else is known of the place
)

// Actions returns all actions.
func Actions() []Action { return []Action{Drop, Mask, Hash, Pseudonym, Keep} }

// Rule says what is done at a place in the columns of objects.
type Rule struct {
	// Type is the object type; empty means any.
	Type string `yaml:"type,omitempty"`
	// Column is the name of the column without position, key or uuid:
	// prop:NAME, propl:NAME, propm:NAME, ref:TYPE.
	Column string `yaml:"column"`
	// Path is the way inside the value: members joined by dots, [] for any
	// element; empty means the whole value.
	Path   string `yaml:"path,omitempty"`
	Action Action `yaml:"action"`
}

type file struct {
	Rules []Rule `yaml:"rules"`
}

// Read reads a list of rules. What it doesn't know is an error.
func Read(r io.Reader) ([]Rule, error) {
	dec := yaml.NewDecoder(r)
	dec.KnownFields(true)
	var f file
	if err := dec.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("rules: %w", err)
	}
	for i := range f.Rules {
		if err := f.Rules[i].check(); err != nil {
			return nil, fmt.Errorf("rules: number %d: %w", i+1, err)
		}
	}
	return f.Rules, nil
}

func (r *Rule) check() error {
	r.Type = contrail.NormalizeType(r.Type)
	r.Column = strings.TrimSuffix(r.Column, ":*")
	kind, name, found := strings.Cut(r.Column, ":")
	switch kind {
	case "prop", "propl", "propm", "ref", "backref":
	default:
		return fmt.Errorf("column %q: want prop:NAME, propl:NAME, propm:NAME, ref:TYPE or backref:TYPE", r.Column)
	}
	if !found || name == "" || strings.Contains(name, ":") {
		return fmt.Errorf("column %q: want a prefix, a colon and a name", r.Column)
	}
	switch r.Action {
	case Drop, Mask, Hash, Pseudonym, Keep:
		return nil
	}
	return fmt.Errorf("action %q: want one of %v", r.Action, Actions())
}

// Write writes a list of rules as Read reads it.
func Write(w io.Writer, list []Rule) error {
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	if err := enc.Encode(file{list}); err != nil {
		return err
	}
	return enc.Close()
}
