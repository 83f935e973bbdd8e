package keyset

// later is how many names AddLater collects before it looks at them.
const later = 512

// Among many names, those that can't have come before are passed over by one bit
// for each part of a hash: a name whose bit is set already is suspect, and all
// suspects are looked for in one go over the entries. So there is no table of
// all names, whose every look-up misses the processor's cache.
const (
	manyNames  = 4 * chunkSize // from so many on
	markBits   = 23            // one mebibyte; at maxNames one in twenty names is suspect
	markPart   = 1<<markBits - 1
	wordOfMark = 6
)

// AddLater puts a name in. That it was there before is told sooner or later:
// by this or another call, or by Finish, which call found with the offsets of
// the first and the second place. Looking for many names at once is several
// times as fast. A set is filled by Add or by AddLater, not by both.
func (s *Set) AddLater(h Hash, off int64, found func(first, second int64) error) error {
	s.late = true
	if s.n-s.indexed >= later {
		if s.n < manyNames {
			if err := s.settle(found); err != nil {
				return err
			}
		} else {
			s.mark()
		}
	}
	return s.push(h, off)
}

// mark sets the bits of all entries that have none, and notes the suspects.
func (s *Set) mark() {
	i := s.indexed
	if s.marks == nil {
		s.marks = make([]uint64, 1<<(markBits-wordOfMark))
	}
	if !s.marked {
		s.marked = true
		for k := range i { // they have slots, so no two are the same
			bit := s.at(k).Lo & markPart
			s.marks[bit>>wordOfMark] |= 1 << (bit & 63)
		}
	}
	for ; i < s.n; i++ {
		bit := s.at(i).Lo & markPart
		word := &s.marks[bit>>wordOfMark]
		if *word>>(bit&63)&1 != 0 {
			s.suspects = append(s.suspects, uint32(i))
		}
		*word |= 1 << (bit & 63)
	}
	s.indexed = s.n
}

// unmark forgets what mark has noted.
func (s *Set) unmark() {
	if s.marked {
		clear(s.marks)
		s.marked = false
	}
	s.suspects = s.suspects[:0]
}

// resolve looks for the suspects among all entries.
func (s *Set) resolve(found func(first, second int64) error) error {
	s.mark()
	if len(s.suspects) == 0 {
		return nil
	}
	size := 16
	for size < 2*len(s.suspects) {
		size *= 2
	}
	// By hash, one more than the number of a suspect; and the first entry that
	// has this name, one more too.
	table := make([]struct{ suspect, first uint32 }, size)
	mask := uint64(size - 1)
	place := func(h Hash) uint64 {
		k := h.Hi & mask
		for table[k].suspect != 0 && s.at(int(table[k].suspect-1)).Hash != h {
			k = (k + 1) & mask
		}
		return k
	}
	for _, i := range s.suspects {
		if k := place(s.at(int(i)).Hash); table[k].suspect == 0 {
			table[k].suspect = i + 1
		}
	}
	for i := range s.n {
		e := s.at(i)
		if table[e.Hi&mask].suspect == 0 {
			continue
		}
		t := &table[place(e.Hash)]
		switch {
		case t.suspect == 0:
		case t.first == 0:
			t.first = uint32(i) + 1
		default:
			if err := found(s.at(int(t.first-1)).off, e.off); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle gives slots to all entries.
func (s *Set) settle(found func(first, second int64) error) error {
	for 4*s.n > 3*len(s.slots) {
		s.grow()
	}
	mask := uint64(len(s.slots) - 1)
	for i := s.indexed; i < s.n; i++ {
		s.touched += s.slots[s.at(i).Lo&mask]
	}
	for s.indexed < s.n {
		i := s.indexed
		if first, dup := s.index(i); dup {
			second := s.at(i).off
			s.n--
			s.indexed--
			*s.at(i) = *s.at(s.n)
			if err := found(first, second); err != nil {
				return err
			}
		}
	}
	return nil
}
