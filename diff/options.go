package diff

import "slices"

// Options say what to compare and what to show.
type Options struct {
	// Show names the reasons whose differences are changes like all others.
	Show map[Reason]bool
	// Types, if not empty, are the object types to show; OmitTypes are not
	// shown. Changes that are not about objects are shown only if Types is empty.
	Types, OmitTypes []string
	// Keyspaces, if not empty, are the keyspaces to compare; OmitKeyspaces are
	// not compared. ZooKeeper is compared in any case, and what derives from a
	// keyspace that is not compared is still held against it.
	Keyspaces, OmitKeyspaces []string
	// Objects, if not empty, are the objects to show; nothing else is shown
	// then. One that neither dump has is an *UnknownObjectError.
	Objects []ObjectRef
	// MatchByName pairs objects by type and fq_name instead of uuid, and
	// compares what refers to them by their names: for dumps of two systems.
	// Nothing can be renamed then.
	MatchByName bool
	// Thorough compares the text of everything instead of its hashes.
	Thorough bool
}

func (o *Options) keyspace(name string) bool {
	return (len(o.Keyspaces) == 0 || slices.Contains(o.Keyspaces, name)) && !slices.Contains(o.OmitKeyspaces, name)
}

func (o *Options) shows(c *Change) bool {
	if c.Kind != Object {
		return len(o.Objects) == 0 && len(o.Types) == 0
	}
	if len(o.Types) > 0 && !slices.Contains(o.Types, c.Type) && (c.TypeWas == "" || !slices.Contains(o.Types, c.TypeWas)) ||
		slices.Contains(o.OmitTypes, c.Type) {
		return false
	}
	if len(o.Objects) == 0 {
		return true
	}
	// By what it was in A it is the same object.
	typ, uuid, name := c.Type, c.UUID, c.FQName
	if c.TypeWas != "" {
		typ = c.TypeWas
	}
	if c.RecreatedFrom != "" {
		uuid = c.RecreatedFrom
	}
	if c.RenamedFrom != nil {
		name = c.RenamedFrom
	}
	return slices.ContainsFunc(o.Objects, func(r ObjectRef) bool {
		return r.means(c.Type, c.UUID, c.FQName) || r.means(typ, uuid, name)
	})
}
