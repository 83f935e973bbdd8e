package filter

import (
	"errors"

	"github.com/dumptool/dumptool/contrail"
)

// Selection says what is kept of a dump. The zero Selection keeps everything.
//
// Names of keyspaces, tables and types may have the wildcards * and ?.
type Selection struct {
	Keyspaces     []string // only these
	OmitKeyspaces []string
	Tables        []string // only these: TABLE or KEYSPACE/TABLE
	OmitTables    []string

	Types       []string // only objects of these types, with hyphens or underscores
	OmitTypes   []string
	Objects     []string // only these: UUID or TYPE:fq:name, whose name may have wildcards
	Subtrees    []string // these and all below them
	OmitSubtree []string // not these nor anything below them, nor what names them
	// Closure keeps the parents of what is kept and what it refers to as well,
	// and leaves out columns that would name what is not kept.
	Closure bool

	OmitZooKeeper bool
	ZKPaths       []string // only these nodes and those below them
	List          *List    // only what is listed; not together with Types, Objects, Subtrees
}

// IsEmpty tells if the selection keeps everything.
func (s *Selection) IsEmpty() bool {
	return len(s.Keyspaces)+len(s.OmitKeyspaces)+len(s.Tables)+len(s.OmitTables)+len(s.ZKPaths) == 0 &&
		!s.OmitZooKeeper && s.List == nil && !s.ofObjects()
}

// Check tells what about the selection can't be, before a dump is read.
func (s *Selection) Check() error {
	if s.List != nil && s.positive() {
		return errors.New("a list can't be combined with types, objects and subtrees to keep")
	}
	if s.OmitZooKeeper && len(s.ZKPaths) > 0 {
		return errors.New("ZooKeeper can't be left out and kept in part")
	}
	if s.Closure && s.List == nil && !s.ofObjects() {
		return errors.New("a closure needs objects to begin with: types, objects, subtrees, or a list")
	}
	for _, lists := range [][]string{s.Objects, s.Subtrees, s.OmitSubtree} {
		for _, text := range lists {
			if _, err := parseReference(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// positive tells if objects are named that are kept, and not only such that are
// not.
func (s *Selection) positive() bool { return len(s.Types)+len(s.Objects)+len(s.Subtrees) > 0 }

// ofObjects tells if some objects are kept and others are not.
func (s *Selection) ofObjects() bool {
	return s.positive() || len(s.OmitTypes)+len(s.OmitSubtree) > 0
}

// followsLinks tells if it matters who refers to whom.
func (s *Selection) followsLinks() bool {
	return s.Closure || len(s.Subtrees)+len(s.OmitSubtree) > 0
}

// KeepsKeyspace tells if a keyspace is kept for its name.
func (s *Selection) KeepsKeyspace(name string) bool {
	return (len(s.Keyspaces) == 0 || matchesAny(s.Keyspaces, name)) && !matchesAny(s.OmitKeyspaces, name)
}

// KeepsTable tells if a table of a keyspace that is kept is kept for its name.
func (s *Selection) KeepsTable(keyspace, table string) bool {
	full := keyspace + "/" + table
	return (len(s.Tables) == 0 || matchesAny(s.Tables, table) || matchesAny(s.Tables, full)) &&
		!matchesAny(s.OmitTables, table) && !matchesAny(s.OmitTables, full)
}

// keepsType tells if an object of a type is kept for its type.
func (s *Selection) keepsType(typ string) bool {
	return matchesType(s.Types, typ) && !matchesType(s.OmitTypes, typ)
}

// keepsOrphan tells if something is kept that belongs to an object of a type
// that the dump does not have; the type may be unknown.
func (s *Selection) keepsOrphan(typ string) bool {
	if !s.positive() {
		return !matchesType(s.OmitTypes, typ)
	}
	return typ != "" && s.keepsType(typ)
}

// ByNames tells if what is kept can be told by the names of keyspaces and tables, and whether there are nodes at all:
// nobody has to look into rows.
func (s *Selection) ByNames() bool {
	return !s.ofObjects() && s.List == nil && len(s.ZKPaths) == 0
}

func matchesType(patterns []string, typ string) bool {
	for _, p := range patterns {
		if matches(contrail.NormalizeType(p), typ) {
			return true
		}
	}
	return false
}
