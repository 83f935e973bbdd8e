package pretty

import (
	"bytes"
	"io"
	"strings"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// sorted prints documents with the members of objects in order. What is small
// it holds; of what is large it knows from the first reading where the members
// stand.
type sorted struct {
	writer
	temp    spill.Dir
	at      io.ReaderAt // the document
	input   block       // of it
	members *members
	stream  *jsonscan.Scanner // of large arrays and long strings
	tree    tree
	buf     []byte
	name    []byte
	reader  stringReader
	inner   *sorted // for the JSON in strings

	// Of an inner one: the text of a string, and what checks it.
	decoded []byte
	check   *document
}

// printSorted prints the document that text reads for the first time.
func printSorted(w writer, d *dump.Dump, text io.Reader) error {
	opts := d.Options()
	c := newCollector(newDocument(d.Name(), opts.Temp, opts.OnProblem), opts.Temp, w.opts.small)
	defer c.close()
	c.reset(text)
	if err := c.collect(); err != nil {
		return err
	}
	at, err := d.At()
	if err != nil {
		return err
	}
	s := &sorted{writer: w, temp: opts.Temp}
	return s.document(c, at, 0)
}

// document prints the document that c has collected, at a depth.
func (s *sorted) document(c *collector, at io.ReaderAt, depth int) error {
	members, err := newMembers(s.temp, c.sorter, c.count)
	if err != nil {
		return err
	}
	defer members.close()
	s.at, s.members = at, members
	s.input = block{at: at, buf: s.input.buf[:0]}
	return s.member(&c.root, depth)
}

// member prints the value of a member.
func (s *sorted) member(m *member, depth int) error {
	switch {
	case s.out.err != nil:
		return s.out.err
	case m.child >= 0:
		return s.large(m, depth)
	case m.end-m.start > s.opts.small:
		first, err := s.input.bytes(m.start, m.start+1)
		if err != nil {
			return err
		}
		if first[0] == '"' {
			return s.long(m.start, m.end, depth)
		}
	}
	text, err := s.input.bytes(m.start, m.end)
	if err != nil {
		return err
	}
	return s.small(bytes.TrimLeft(text, " \t\r\n:"), depth)
}

// small prints a value that is held.
func (s *sorted) small(text []byte, depth int) error {
	if err := s.tree.parse(text); err != nil {
		return err
	}
	return s.node(0, depth)
}

// node prints the value that begins at a token of the tree.
func (s *sorted) node(i int32, depth int) error {
	t := &s.tree
	n := &t.nodes[i]
	switch n.kind {
	case jsonscan.String:
		return s.value(t.raw(n), n.plain, depth)
	case jsonscan.ArrayStart:
		s.out.byte('[')
		d := line
		for k := i + 1; t.nodes[k].kind != jsonscan.ArrayEnd; k = t.after(k) {
			s.lead(d, depth+1)
			if err := s.node(k, depth+1); err != nil {
				return err
			}
			d = comma
		}
		s.end(d, depth)
		s.out.byte(']')
	case jsonscan.ObjectStart:
		s.out.byte('{')
		d := line
		from := len(t.order)
		t.sorted(i)
		to := len(t.order)
		for k := from; k < to; k++ {
			key := &t.nodes[t.order[k]]
			s.lead(d, depth+1)
			s.quoted(t.raw(key), key.plain)
			s.out.write(s.lay.colon)
			if err := s.node(t.order[k]+1, depth+1); err != nil {
				return err
			}
			d = comma
		}
		t.order = t.order[:from]
		s.end(d, depth)
		s.out.byte('}')
	default:
		s.out.write(t.raw(n))
	}
	return s.out.err
}

// large prints an object or array that can't be held.
func (s *sorted) large(m *member, depth int) error {
	first, err := s.input.bytes(m.start, m.start+1)
	if err != nil {
		return err
	}
	from, to, err := s.members.span(m.child)
	if err != nil {
		return err
	}
	if first[0] == '[' {
		return s.array(m, from, to, depth)
	}
	s.out.byte('{')
	d := line
	for from < to {
		var each member
		if each, from, err = s.members.at(from, s.name[:0]); err != nil {
			return err
		}
		s.name = each.name
		s.lead(d, depth+1)
		s.buf = jsonscan.AppendEscaped(s.buf[:0], each.name)
		s.quoted(s.buf, !s.opts.KeepUnicode)
		s.out.write(s.lay.colon)
		if err := s.member(&each, depth+1); err != nil {
			return err
		}
		d = comma
	}
	s.end(d, depth)
	s.out.byte('}')
	return s.out.err
}

// array prints a large array, whose large elements have the records from from
// to to.
func (s *sorted) array(m *member, from, to int64, depth int) error {
	s.out.byte('[')
	d := line
	delta := s.resume(m.start, m.end, "")
	next := member{start: -1}
	for first := true; s.out.err == nil; first = false {
		if next.start < 0 && from < to {
			var err error
			if next, from, err = s.members.at(from, s.name[:0]); err != nil {
				return err
			}
			s.name = next.name
		}
		k := s.stream.Next()
		start := s.stream.Offset() + delta
		switch {
		case k == jsonscan.Invalid || k == jsonscan.EOF:
			return changed(s.stream.Err())
		case first:
			continue // the bracket
		case k == jsonscan.ArrayEnd:
			s.end(d, depth)
			s.out.byte(']')
			return s.out.err
		}
		s.lead(d, depth+1)
		d = comma
		var err error
		switch {
		case start == next.start:
			err = s.member(&next, depth+1)
			delta = s.behind(next.end, m.end)
			next.start = -1
		case k == jsonscan.ObjectStart || k == jsonscan.ArrayStart:
			err = s.element(depth + 1)
		case k == jsonscan.String && s.stream.More():
			start, err = s.longElement(start, delta, depth+1)
			delta = s.behind(start, m.end)
		case k == jsonscan.String:
			err = s.value(s.stream.Raw(), s.stream.Plain(), depth+1)
		default:
			s.out.write(s.stream.Raw())
		}
		if err != nil {
			return err
		}
	}
	return s.out.err
}

// resume makes the stream read the text from start to end, behind a prefix, and
// returns what is to be added to its offsets.
func (s *sorted) resume(start, end int64, prefix string) (delta int64) {
	if s.stream == nil {
		s.stream = newLenient()
	}
	s.stream.Reset(io.MultiReader(strings.NewReader(prefix), io.NewSectionReader(s.at, start, end-start)), 0)
	return start - int64(len(prefix))
}

// behind makes the stream read the rest of an array, up to its end, behind an
// element that ended at start.
func (s *sorted) behind(start, end int64) (delta int64) {
	delta = s.resume(start, end, "[0")
	s.stream.Next()
	s.stream.Next()
	return delta
}

// element prints the small object or array that the stream has come to.
func (s *sorted) element(depth int) error {
	b := bytes.NewBuffer(s.buf[:0])
	s.stream.Record(b)
	for open := s.stream.Depth(); s.stream.Depth() >= open; {
		if k := s.stream.Next(); k == jsonscan.Invalid || k == jsonscan.EOF {
			return changed(s.stream.Err())
		}
	}
	if err := s.stream.StopRecord(); err != nil {
		return err
	}
	s.buf = b.Bytes()
	return s.small(s.buf, depth)
}

// longElement prints the string, too long to be held, that the stream has come
// to, and returns where it ends.
func (s *sorted) longElement(start, delta int64, depth int) (end int64, err error) {
	for s.stream.More() {
		if _, err := s.stream.NextPart(); err != nil {
			return 0, changed(err)
		}
	}
	end = s.stream.End() + delta
	return end, s.long(start, end, depth)
}

// long prints a string that is too long to be held.
func (s *sorted) long(start, end int64, depth int) error {
	part, err := s.firstPart(start, end)
	if err != nil {
		return err
	}
	if s.opts.Expand && mayBeginJSON(part) {
		done, err := s.unfoldLong(part, depth)
		if done || err != nil {
			return err
		}
		if part, err = s.firstPart(start, end); err != nil {
			return err
		}
	}
	s.out.byte('"')
	s.text(part, s.stream.Plain())
	if err := s.parts(s.stream); s.out.err == nil && err != nil {
		return changed(err)
	}
	return s.out.err
}

// firstPart makes the stream read the string from start to end and returns its
// first part.
func (s *sorted) firstPart(start, end int64) ([]byte, error) {
	s.resume(start, end, "")
	return firstPart(s.stream)
}

// unfoldLong prints the JSON in the string whose first part the stream has read.
// It prints nothing and returns false if the string holds none.
func (s *sorted) unfoldLong(part []byte, depth int) (done bool, err error) {
	file, err := s.temp.Create()
	if err != nil {
		return false, err
	}
	defer file.Close()
	s.reader.begin(s.stream, part, nil)
	if _, err := io.CopyBuffer(onlyWriter{file}, &s.reader, make([]byte, readAhead)); err != nil {
		return false, err
	}
	c := newCollector(newInner(s.temp), s.temp, s.opts.small)
	defer c.close()
	c.reset(file.Section(0, file.Size()))
	if ok, err := isJSON(c.collect()); !ok {
		return false, err
	}
	return true, s.unfolding().document(c, file, depth)
}

type onlyWriter struct{ io.Writer }

// value prints a string that is held.
func (s *sorted) value(raw []byte, plain bool, depth int) error {
	if !s.opts.Expand || !beginsJSON(raw) {
		s.quoted(raw, plain)
		return s.out.err
	}
	in := s.unfolding()
	in.decoded = jsonscan.AppendDecoded(in.decoded[:0], raw)
	in.check.reset(bytes.NewReader(in.decoded))
	if ok, err := isJSON(in.check.check()); err != nil {
		return err
	} else if !ok {
		s.quoted(raw, plain)
		return s.out.err
	}
	return in.small(in.decoded, depth)
}

// unfolding returns what is needed to unfold a string.
func (s *sorted) unfolding() *sorted {
	if s.inner == nil {
		s.inner = &sorted{writer: s.writer, temp: s.temp, check: newInner(s.temp)}
	}
	return s.inner
}
