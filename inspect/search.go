package inspect

import (
	"context"
	"io"
	"unicode/utf8"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// HitPart says in which part of what its path names a hit is.
type HitPart string

// The parts that are searched.
const (
	InKeyspace HitPart = "keyspace" // the name of a keyspace
	InTable    HitPart = "table"    // the name of a table
	InKey      HitPart = "key"      // a row key
	InColumn   HitPart = "column"   // the name of a column
	InValue    HitPart = "value"    // the decoded text of a cell
	InPath     HitPart = "path"     // the path of a znode
	InData     HitPart = "data"     // the data of a znode
)

// Hit is a place where a pattern matches. Of several matches in one place it is
// the first.
type Hit struct {
	Path dump.Path
	In   HitPart
	// Before, Match and After are the match and what stands around it, some
	// dozen bytes each. They are empty if the match is in a secret, or in a
	// value too long to tell, and secrets are masked.
	Before, Match, After string
	CutBefore, CutAfter  bool // there is more text
	Withheld             bool
}

// SearchOptions are the ways of searching.
type SearchOptions struct {
	Mask bool // show no secrets
}

// Search reads the whole dump and calls emit for each hit, in the order of the
// dump. Values of cells are searched in the form they have once the JSON string
// around them is decoded.
func Search(ctx context.Context, d *dump.Dump, p *Pattern, o SearchOptions, emit func(*Hit) error) error {
	opts := d.Options()
	opts.LateDuplicates = true
	r, err := d.ReaderWith(ctx, opts)
	if err != nil {
		return err
	}
	defer r.Close()
	s := search{r: r, pattern: p, mask: o.Mask, room: memoryOf(d) / 16, emit: emit, keyspaces: map[string]bool{}}
	for r.Next() {
		if err := s.look(); err != nil {
			return err
		}
	}
	return r.Err()
}

type search struct {
	r       *dump.Reader
	pattern *Pattern
	mask    bool
	room    int64 // the size of a value that can be held
	emit    func(*Hit) error
	// Names of keyspaces that were searched.
	keyspaces map[string]bool
	buf       []byte
}

// look searches what the reader has come to.
func (s *search) look() error {
	r := s.r
	switch r.Kind() {
	case dump.KeyspaceStart:
		if s.keyspaces[r.Keyspace()] { // it goes on (A3)
			return nil
		}
		s.keyspaces[r.Keyspace()] = true
		return s.name(dump.Text{Raw: []byte(r.Keyspace())}, InKeyspace, dump.AtKeyspace)
	case dump.TableStart:
		return s.name(dump.Text{Raw: []byte(r.Table())}, InTable, dump.AtTable)
	case dump.RowStart:
		return s.name(r.Key(), InKey, dump.AtRow)
	case dump.CellRead:
		c := r.Cell()
		if err := s.name(c.Name, InColumn, dump.AtColumn); err != nil {
			return err
		}
		return s.value(&c.Value, InValue)
	case dump.ZNodeRead:
		z := r.ZNode()
		if err := s.name(dump.Text{Raw: z.Normal}, InPath, dump.AtZNode); err != nil {
			return err
		}
		if z.Data.IsText {
			return s.value(&z.Data, InData)
		}
	}
	return nil
}

// path returns the path of what the reader has come to.
func (s *search) path(level dump.Level) dump.Path {
	p := dump.Path{Level: level}
	if level == dump.AtZNode {
		p.Node = string(s.r.ZNode().Normal)
		return p
	}
	p.Keyspace = s.r.Keyspace()
	if level >= dump.AtTable {
		p.Table = s.r.Table()
	}
	if level >= dump.AtRow {
		p.Row = s.r.Key().String()
	}
	if level >= dump.AtColumn {
		p.Column = s.r.Cell().Name.String()
	}
	return p
}

// name searches a name. One that is not Canonical is decoded already if it is
// that of a keyspace, a table or a path.
func (s *search) name(name dump.Text, in HitPart, level dump.Level) error {
	text := name.Raw
	if in == InKey || in == InColumn {
		if name.Canonical && s.pattern.excludes(name.Raw) {
			return nil
		}
		s.buf = name.AppendDecoded(s.buf[:0])
		text = s.buf
	}
	start, end, ok := s.pattern.find(text)
	if !ok {
		return nil
	}
	h := &Hit{Path: s.path(level), In: in}
	h.excerpt(text, start, end)
	return s.emit(h)
}

// value searches a value.
func (s *search) value(v *dump.Value, in HitPart) error {
	if v.Long() {
		return s.long(v, in)
	}
	raw := v.Raw()
	if v.IsText {
		t := v.Text()
		if t.Canonical && s.pattern.excludes(raw) {
			return nil
		}
		s.buf = t.AppendDecoded(s.buf[:0])
		raw = s.buf
	}
	start, end, ok := s.pattern.find(raw)
	if !ok {
		return nil
	}
	h := s.hit(in)
	if s.mask {
		s.masked(h, raw, start, end)
	} else {
		h.excerpt(raw, start, end)
	}
	return s.emit(h)
}

func (s *search) hit(in HitPart) *Hit {
	level := dump.AtColumn
	if in == InData {
		level = dump.AtZNode
	}
	return &Hit{Path: s.path(level), In: in}
}

// masked makes the excerpt from the masked value. The type of the object is not
// known yet where its column stands behind this one, so what is secret in any
// type is masked.
func (s *search) masked(h *Hit, text []byte, start, end int) {
	var masked []byte
	if h.Path.Keyspace == objectKeyspace && h.Path.Table == objectTable {
		masked = contrail.Mask("", []byte(h.Path.Column), text)
	} else {
		masked = contrail.MaskBlob(text)
	}
	if string(masked) != string(text) {
		var ok bool
		if start, end, ok = s.pattern.find(masked); !ok {
			h.Withheld = true
			return
		}
	}
	h.excerpt(masked, start, end)
}

// long searches a value that is not in memory.
func (s *search) long(v *dump.Value, in HitPart) error {
	start, end, ok, err := s.pattern.findIn(decodedReader(v))
	if err != nil || !ok {
		return err
	}
	h := s.hit(in)
	switch {
	case !s.mask:
		// Enough of the text to show the match in it.
		from := max(0, start-4*contextBytes)
		r := decodedReader(v)
		if _, err := io.CopyN(io.Discard, r, from); err != nil {
			return err
		}
		part, err := io.ReadAll(io.LimitReader(r, min(end-from, 4*matchBytes)+4*contextBytes))
		if err != nil {
			return err
		}
		h.excerpt(part, int(start-from), min(int(end-from), len(part)))
		h.CutBefore = h.CutBefore || from > 0
		h.CutAfter = true
	case v.Size() <= s.room:
		text, err := io.ReadAll(decodedReader(v))
		if err != nil {
			return err
		}
		s.masked(h, text, int(start), int(end))
	default:
		h.Withheld = true
	}
	return s.emit(h)
}

const (
	contextBytes = 48  // of an excerpt before and after the match
	matchBytes   = 160 // of a match
)

// excerpt cuts the match and what is around it out of text.
func (h *Hit) excerpt(text []byte, start, end int) {
	from, to := max(0, start-contextBytes), min(len(text), end+contextBytes)
	if end-start > matchBytes {
		end = start + matchBytes
		for end > start && !utf8.RuneStart(text[end]) {
			end--
		}
		to = end
	}
	for from < start && !utf8.RuneStart(text[from]) {
		from++
	}
	for to > end && to < len(text) && !utf8.RuneStart(text[to]) {
		to--
	}
	h.Before, h.Match, h.After = string(text[from:start]), string(text[start:end]), string(text[end:to])
	h.CutBefore, h.CutAfter = from > 0, to < len(text)
}
