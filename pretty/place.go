package pretty

import (
	"fmt"
	"strings"
)

// place is where in the document the scanner is.
type place struct {
	levels []level // by depth; the first is not used
}

// level is an open object or array.
type level struct {
	array  bool
	inside bool  // of a member or element
	index  int64 // of the element that was begun last
	name   []byte
}

// longestName is how much of a name is shown.
const longestName = 200

// enter notes that an object or array was opened.
func (p *place) enter(depth int, array bool) {
	for len(p.levels) <= depth {
		p.levels = append(p.levels, level{})
	}
	l := &p.levels[depth]
	l.array, l.inside, l.index = array, false, -1
}

// member notes that a member of the object at depth begins.
func (p *place) member(depth int, name []byte) {
	l := &p.levels[depth]
	l.inside = true
	l.name = append(l.name[:0], name[:min(len(name), longestName+1)]...)
}

// element notes that a value begins, which may be an element of an array.
func (p *place) element(depth int) {
	if depth > 0 {
		if l := &p.levels[depth]; l.array {
			l.index++
			l.inside = true
		}
	}
}

// leave notes that a member or element is complete.
func (p *place) leave(depth int) {
	if depth > 0 {
		p.levels[depth].inside = false
	}
}

// shownLevels is how much of either end of a path is shown.
const shownLevels = 16

// path returns the names that lead to what is being read.
func (p *place) path(depth int) string {
	var b strings.Builder
	for k := 1; k <= depth && k < len(p.levels); k++ {
		l := &p.levels[k]
		switch {
		case k > shownLevels && k <= depth-shownLevels:
			if k == shownLevels+1 {
				b.WriteString("/...")
			}
		case !l.inside:
		case l.array:
			fmt.Fprintf(&b, "[%d]", l.index)
		default:
			if b.Len() > 0 {
				b.WriteByte('/')
			}
			b.WriteString(shownName(l.name))
		}
	}
	return b.String()
}

// shownName makes a raw name fit for a message.
func shownName(raw []byte) string {
	cut := ""
	if len(raw) > longestName {
		raw, cut = raw[:longestName], "..."
	}
	return strings.ToValidUTF8(string(raw), "\ufffd") + cut
}
