package dump

import (
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/keyset"
)

// Member is a member of the top level that is neither cassandra nor zookeeper.
type Member struct {
	Name  Text
	Value Value // JSON, not text
	// Offset is where the value begins in the text, End is behind it.
	Offset, End int64
}

// begin reads the opening brace.
func (r *Reader) begin() {
	switch r.sc.Next() {
	case jsonscan.Invalid:
		r.failed()
	case jsonscan.ObjectStart:
		r.state = inRoot
	default:
		r.fatal("B-STR-3", r.sc.Offset(), "the top level is not an object")
	}
}

// nextMember reads the next member of the top level.
func (r *Reader) nextMember() bool {
	r.path = pathState{}
	switch r.sc.Next() {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ObjectEnd:
		return r.endOfDocument()
	}
	name := Text{r.sc.Raw(), r.sc.Plain()}
	off := r.sc.Offset()
	r.start, r.end, r.memberStart = off, r.sc.End(), off
	r.path.member = pathName(name.Raw)
	if !r.duplicate(r.members, r.h.text(name), off, "member") {
		return false
	}
	switch {
	case name.Is("cassandra") && !r.sawCassandra:
		r.sawCassandra = true
		return r.beginCassandra()
	case name.Is("zookeeper") && !r.sawZK:
		r.sawZK = true
		return r.beginZooKeeper()
	}
	r.nameBuf = append(r.nameBuf[:0], name.Raw...)
	r.member = Member{Name: Text{r.nameBuf, name.Canonical}}
	k := r.sc.Next()
	if k == jsonscan.Invalid {
		return r.failed()
	}
	if !r.recordValue(k, &r.value) {
		return false
	}
	r.member.Value = r.value.value(false, false)
	r.member.Offset, r.member.End = r.start, r.end
	r.kind = MemberRead
	return true
}

// endOfDocument checks what follows the closing brace, and what is missing.
func (r *Reader) endOfDocument() bool {
	off := r.sc.Offset()
	switch k := r.sc.Next(); k {
	case jsonscan.EOF:
	default:
		return r.failed()
	}
	r.state = atEnd
	if !r.finish(r.members, "member") {
		return false
	}
	if !r.sawCassandra && !r.fatal("B-STR-3", off, "there is no member cassandra") {
		return false
	}
	if !r.sawZK {
		r.layout |= NoZooKeeper
		if !r.problem(&Problem{ID: "B-STR-4", Offset: off, Message: "there is no member zookeeper; read as one without nodes"}) {
			return false
		}
	}
	return false
}

// recordValue copies the value whose first token, of kind k, was just read into
// buf and sets start and end.
func (r *Reader) recordValue(k jsonscan.Kind, buf *valueBuffer) bool {
	if err := buf.reset(); err != nil {
		r.err = err
		return false
	}
	r.start = r.sc.Offset()
	if !r.opts.DropLong {
		r.sc.Record(buf)
	}
	if !r.skipValue(r.sc, k, r.failed) {
		return false
	}
	if !r.opts.DropLong {
		if err := r.sc.StopRecord(); err != nil {
			r.err = err
			return false
		}
	}
	r.end = r.sc.InputOffset()
	if r.opts.DropLong {
		buf.size = r.end - r.start
	}
	return true
}

// skipValue reads the rest of the value whose first token, of kind k, was just
// read, and looks for duplicate names in it.
func (r *Reader) skipValue(sc *jsonscan.Scanner, k jsonscan.Kind, failed func() bool) bool {
	for sc.More() {
		if _, err := sc.NextPart(); err != nil {
			return failed()
		}
	}
	switch k {
	case jsonscan.ObjectStart:
		r.nestedSet(sc.Depth()).Reset()
		fallthrough
	case jsonscan.ArrayStart:
		return r.skipRest(sc, sc.Depth()-1, failed)
	}
	return true
}

// skipRest reads until depth is reached again.
func (r *Reader) skipRest(sc *jsonscan.Scanner, depth int, failed func() bool) bool {
	for sc.Depth() > depth {
		switch k := sc.Next(); k {
		case jsonscan.Invalid, jsonscan.EOF:
			return failed()
		case jsonscan.ObjectStart:
			r.nestedSet(sc.Depth()).Reset()
		case jsonscan.Key:
			name := Text{sc.Raw(), sc.Plain()}
			if !r.duplicate(r.nestedSet(sc.Depth()), r.h.text(name), sc.Offset(), "name "+pathName(name.Raw)) {
				return false
			}
		case jsonscan.ObjectEnd:
			if !r.finish(r.nestedSet(sc.Depth()+1), "a name") {
				return false
			}
		}
	}
	return true
}

// nestedSet returns the set of names of the object at a depth.
func (r *Reader) nestedSet(depth int) *keyset.Set {
	for len(r.nested) <= depth {
		r.nested = append(r.nested, nil)
	}
	if r.nested[depth] == nil {
		r.nested[depth] = keyset.New(r.opts.Temp)
	}
	return r.nested[depth]
}
