package graft

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// judge decides what becomes of each object. The error is a *ConflictError if the mode does not deal with a conflict.
func (s *Survey) judge(ctx context.Context) error {
	if err := s.holders(ctx); err != nil {
		return err
	}
	for _, o := range s.order {
		same := o.live && o.liveTyp == o.typ && o.liveName == o.name
		switch {
		case o.live && (!o.asked || same && o.liveSum == o.sum):
			o.state, o.conflicts = There, nil
		case o.live:
			c := &Conflict{Kind: ByUUID, Holder: o.uuid, Choices: []Mode{Skip}, Message: "it is there already, and differs"}
			if same {
				c.Choices = []Mode{Skip, Replace}
			} else {
				c.Message = "its uuid is that of " + describe(o.liveTyp, o.liveName, o.uuid)
			}
			o.add(c)
			o.wants = true
		default:
			o.wants = true
		}
	}
	s.routeTargets()
	s.needs()
	var inWay []*Conflict
	for _, o := range s.order {
		s.Conflicts = append(s.Conflicts, o.conflicts...)
	}
	s.Conflicts = append(s.Conflicts, s.loose...)
	for _, c := range s.Conflicts {
		if !c.solvedBy(s.options.Mode) {
			inWay = append(inWay, c)
		}
	}
	if len(inWay) > 0 {
		return &ConflictError{s.options.Mode, inWay}
	}
	for _, o := range s.order {
		switch {
		case o.state == There:
		case s.options.Mode == Skip && len(o.conflicts) > 0:
			o.state = Skipped
		case o.live:
			o.state = Replaced
		default:
			o.state = Restored
		}
		slices.Sort(o.missingOptional)
		if o.written() {
			for _, uuid := range slices.Compact(o.missingOptional) {
				s.Dropped = append(s.Dropped, fmt.Sprintf("%s -> %s", o, uuid))
			}
		}
	}
	if s.options.Mode != Replace {
		return nil
	}
	if err := s.renumber(); err != nil {
		return err
	}
	return s.makeRoom(ctx)
}

// written tells that the object is written.
func (o *object) written() bool { return o.state == Restored || o.state == Replaced }

// holders finds out which of those who have something that an object wants are there.
func (s *Survey) holders(ctx context.Context) error {
	real := map[string]string{}
	for _, o := range s.order {
		for _, c := range o.conflicts {
			switch c.Kind {
			case ByIndex, ByLock, ByAddress:
				if contrail.ValidUUID(c.Holder) {
					real[c.Holder] = ""
				}
			}
		}
	}
	if len(real) > 0 {
		err := s.eachLive(ctx, func(uuid string, row *rowReader, _ []contrail.Column) error {
			if _, ok := real[uuid]; ok {
				if typ, name := row.end(); typ != "" {
					real[uuid] = describe(typ, name, uuid)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, o := range s.order {
		var left []*Conflict
		for _, c := range o.conflicts {
			known := slices.ContainsFunc(o.conflicts, func(d *Conflict) bool { return d.Kind == ByName && d.Holder == c.Holder })
			is := real[c.Holder]
			switch c.Kind {
			case ByIndex, ByLock:
				if known {
					continue // the object that has the name has its index entry and lock
				}
				if is != "" {
					c.Message = fmt.Sprintf("the name is locked or indexed for %s, which has another one", is)
					c.Choices = []Mode{Skip}
				}
			case ByAddress:
				place := dump.Path{Level: dump.AtZNode, Node: c.node}.String()
				switch {
				case is != "" && s.objects[c.Holder] == nil:
					c.real = true
					if !o.asked {
						c.Choices = []Mode{Skip}
					}
					c.Message = fmt.Sprintf("the address of %s is that of %s", place, is)
				case contrail.ValidUUID(c.Holder) && is == "":
					c.Message = fmt.Sprintf("the address of %s is locked for %s, which is not there", place, c.Holder)
				case contrail.ValidUUID(c.Holder):
				default:
					c.Choices = []Mode{Skip}
				}
			}
			left = append(left, c)
		}
		o.conflicts = left
	}
	return nil
}

// needs finds objects whose parent or references would be nowhere.
func (s *Survey) needs() {
	fits := func(o *object) bool { return o.wants && (s.options.Mode != Skip || len(o.conflicts) == 0) }
	present := func(uuid string) bool {
		if o := s.objects[uuid]; o != nil {
			return o.live || fits(o)
		}
		return s.targets[uuid]
	}
	for changed := true; changed; {
		changed = false
		for _, o := range s.order {
			if !fits(o) {
				continue
			}
			o.missingOptional = nil
			before := len(o.conflicts)
			for _, l := range o.links {
				if present(l.to) {
					continue
				}
				other := s.objects[l.to]
				if s.options.Closure && !l.parent && other == nil {
					o.missingOptional = append(o.missingOptional, l.to)
					continue
				}
				c := &Conflict{Kind: ByNeed, Holder: l.to, Choices: []Mode{Skip}}
				word := "refers to"
				if l.parent {
					word = "is below"
				}
				switch {
				case other != nil:
					c.Message = fmt.Sprintf("it %s %s, which is left out", word, other)
				case s.options.Closure:
					c.Message = fmt.Sprintf("it %s %s, which neither the dump nor the databases have", word, l.to)
				default:
					c.Message = fmt.Sprintf("it %s %s, which is not there; --closure brings it along if the dump has it", word, l.to)
				}
				o.add(c)
			}
			// Only in this mode one conflict makes others.
			changed = changed || s.options.Mode == Skip && len(o.conflicts) > before
		}
	}
}

// makeRoom finds the objects that have names and addresses which wanted objects need, with all below them. They have to be
// needed by nobody else.
func (s *Survey) makeRoom(ctx context.Context) error {
	for _, o := range s.order {
		for _, c := range o.conflicts {
			if c.real && !c.renumbers && (c.Kind == ByName || c.Kind == ByAddress) {
				s.removed[c.Holder] = Removed{}
			}
		}
	}
	if len(s.removed) == 0 {
		return nil
	}
	for changed := true; changed; {
		changed = false
		err := s.eachLive(ctx, func(uuid string, row *rowReader, links []contrail.Column) error {
			r, known := s.removed[uuid]
			if known && r.UUID == "" {
				typ, name := row.end()
				s.removed[uuid] = Removed{typ, uuid, name}
			}
			if known {
				return nil
			}
			for _, l := range links {
				if _, below := s.removed[string(l.Key)]; below && l.Kind == contrail.ColumnParent {
					typ, name := row.end()
					s.removed[uuid] = Removed{typ, uuid, name}
					changed = true
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if int64(len(s.removed)) > s.options.Memory/2/perObject {
			return fmt.Errorf("more than %d objects would give way: give more memory with --memory", len(s.removed)-1)
		}
	}
	var inWay []*Conflict
	for _, uuid := range slices.Sorted(maps.Keys(s.removed)) {
		if o := s.objects[uuid]; o != nil {
			inWay = append(inWay, &Conflict{Kind: ByHolder, Holder: uuid, Message: fmt.Sprintf("%s would give way, and is wanted itself", o)})
		}
	}
	for _, o := range s.order {
		for _, l := range o.links {
			if r, goes := s.removed[l.to]; goes && o.written() {
				inWay = append(inWay, &Conflict{Kind: ByHolder, Holder: l.to, Message: fmt.Sprintf("%s would give way, and %s needs it", describe(r.Type, r.FQName, r.UUID), o)})
			}
		}
	}
	err := s.eachLive(ctx, func(uuid string, row *rowReader, links []contrail.Column) error {
		if _, goes := s.removed[uuid]; goes {
			return nil
		}
		if o := s.objects[uuid]; o != nil && o.written() {
			return nil
		}
		for _, l := range links {
			gone, goes := s.removed[string(l.Key)]
			if !goes || l.Kind != contrail.ColumnRef {
				continue
			}
			typ, name := row.end()
			inWay = append(inWay, &Conflict{
				Kind: ByHolder, Holder: gone.UUID,
				Message: fmt.Sprintf("%s would give way, and %s refers to it", describe(gone.Type, gone.FQName, gone.UUID), describe(typ, name, uuid)),
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(inWay) > 0 {
		return &ConflictError{s.options.Mode, inWay}
	}
	for _, uuid := range slices.Sorted(maps.Keys(s.removed)) {
		s.Removed = append(s.Removed, s.removed[uuid])
	}
	return nil
}

// eachLive goes over the rows of live objects with their parents and references.
func (s *Survey) eachLive(ctx context.Context, do func(uuid string, row *rowReader, links []contrail.Column) error) error {
	r, err := s.live.d.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	var row rowReader
	var links []contrail.Column
	for r.Next() {
		if !isObjects(r) {
			continue
		}
		switch r.Kind() {
		case dump.RowStart:
			row.begin()
			links = links[:0]
		case dump.CellRead:
			col, err := row.cell(r.Cell(), false)
			if err != nil {
				return err
			}
			if col.Kind == contrail.ColumnParent || col.Kind == contrail.ColumnRef {
				col.Key, col.Name = slices.Clone(col.Key), slices.Clone(col.Name)
				links = append(links, col)
			}
		case dump.RowEnd:
			if err := do(r.Key().String(), &row, links); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// Object is what becomes of a wanted object.
type Object struct {
	Type   string `json:"type"`
	UUID   string `json:"uuid"`
	FQName string `json:"fq_name"`
	State  State  `json:"state"`
	Asked  bool   `json:"asked"` // by name, and not only needed by others
}

// Objects returns what becomes of the wanted objects, in the order of the dump.
func (s *Survey) Objects() []Object {
	list := make([]Object, 0, len(s.order))
	for _, o := range s.order {
		list = append(list, Object{o.typ, o.uuid, o.name, o.state, o.asked})
	}
	return list
}

// Written returns the uuids of the objects that are to be written.
func (s *Survey) Written() []string {
	list := []string{}
	for _, o := range s.order {
		if o.written() {
			list = append(list, o.uuid)
		}
	}
	return list
}

// Whole tells that all of the wanted objects are to be written.
func (s *Survey) Whole() bool { return len(s.Written()) == len(s.order) }
