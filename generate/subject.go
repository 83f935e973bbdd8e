package generate

// subject is one object as it stands in one dump: where the arithmetic
// places it, and what a change made of it.
type subject struct {
	place
	number   uint64 // unlike that of any other object; its MAC follows from it
	id       uuid
	created  int64 // µs
	modified int64 // µs
	parent   int   // index within the parent kind
	name     string
	copied   bool // a copy of the object at its place, to which nothing refers
	// allocated is what a copy was given out instead of what the layout gives
	// the object at its place: the host number of its address, or the
	// ZooKeeper node of its security group id.
	allocated int
	edit      *edit // nil for an object that no change touches
}

func (g *generator) subjectAt(k kind, i int) subject {
	return subject{
		place:    place{k, i},
		number:   g.number(k, i),
		id:       g.uuidOf(k, i),
		created:  g.createdAt(k, i),
		modified: g.modifiedAt(k, i),
		parent:   g.parentOf(k, i),
	}
}

// nameSubject sets f to the subject's fq_name.
func (g *generator) nameSubject(f *fqName, s *subject) {
	if s.name == "" && !s.copied && (s.edit == nil || !s.edit.moves) {
		g.nameOf(f, s.kind, s.i)
		return
	}
	if parent := s.kind.parent(); parent != noKind {
		g.nameOf(f, parent, s.parent)
	} else {
		f.reset()
	}
	f.open()
	if s.name != "" {
		f.text = append(f.text, s.name...)
	} else {
		f.text = g.appendName(f.text, s.kind, s.i)
	}
	f.close()
}

// world is a dump's set of objects: those of the layout, under edits, and
// those added. Without edits and additions it is the first dump of a pair.
type world struct {
	*generator
	edits   map[int]*edit // by object number
	added   []subject
	addedOn map[int][]int // added IPv4 addresses: positions in added, by network
}

// slots is the number of places for objects; some may be empty. The slot of
// an object of the layout is its number.
func (w *world) slots() int { return w.total() + len(w.added) }

// subject sets s to the object in a slot; false means that it was deleted.
func (w *world) subject(s *subject, slot int) bool {
	if slot >= w.total() {
		*s = w.added[slot-w.total()]
		return true
	}
	at := w.at(slot)
	*s = w.subjectAt(at.kind, at.i)
	e := w.edits[slot]
	if e == nil {
		return true
	}
	e.apply(s)
	return !e.gone
}

// edited tells whether the object in a slot may be other than the layout has
// it.
func (w *world) edited(slot int) bool { return slot >= w.total() || w.edits[slot] != nil }

func (w *world) gone(slot int) bool {
	e := w.edits[slot]
	return e != nil && e.gone
}

func (w *world) kindAt(slot int) kind {
	if slot >= w.total() {
		return w.added[slot-w.total()].kind
	}
	return w.at(slot).kind
}

// idAt is the uuid of the object in a slot; false if it was deleted.
func (w *world) idAt(slot int) (uuid, bool) {
	if !w.edited(slot) {
		return w.drawUUID(streamObject, uint64(slot)), true
	}
	var s subject
	ok := w.subject(&s, slot)
	return s.id, ok
}

// nameAt sets f to the fq_name of the object in a slot, and returns its
// uuid; false if it was deleted.
func (w *world) nameAt(f *fqName, slot int) (uuid, bool) {
	if !w.edited(slot) {
		p := w.at(slot)
		w.nameOf(f, p.kind, p.i)
		return w.drawUUID(streamObject, uint64(slot)), true
	}
	var s subject
	ok := w.subject(&s, slot)
	w.nameSubject(f, &s)
	return s.id, ok
}

// indexedAt is when the object in a slot was entered under its name: on
// creation, or when a change gave it another one.
func (w *world) indexedAt(slot int) int64 {
	const later = 900 // µs after the object's row
	if !w.edited(slot) {
		p := w.at(slot)
		return w.createdAt(p.kind, p.i) + later
	}
	var s subject
	w.subject(&s, slot)
	if s.edit != nil && (s.edit.moves || s.edit.name != "") {
		return s.modified + later
	}
	return s.created + later
}
