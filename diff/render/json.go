package render

import (
	"bufio"
	"encoding/json"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff"
)

// Schema names the form of the JSON that JSON and JSONL write.
const Schema = "dumptool.diff/1"

// JSON writes the changes and the summary as one document. Secrets are in it.
func JSON(w io.Writer, a, b string, changes iter.Seq2[*diff.Change, error], summary *diff.Summary) error {
	j := newWriter(w)
	j.head(a, b)
	j.text(`,` + "\n" + ` "changes": [`)
	first := true
	for ch, err := range changes {
		if err != nil {
			j.w.Flush()
			return err
		}
		if !first {
			j.text(",")
		}
		first = false
		j.text("\n  ")
		j.change(ch)
		if j.err != nil {
			return j.err
		}
	}
	j.text("],\n")
	j.text(` "summary": `)
	j.summary(summary)
	j.text("}\n")
	return j.flush()
}

// JSONL writes a line for the two names, one for each change, and one with the
// summary. Secrets are in it.
func JSONL(w io.Writer, a, b string, changes iter.Seq2[*diff.Change, error], summary *diff.Summary) error {
	j := newWriter(w)
	j.head(a, b)
	j.text("}\n")
	for ch, err := range changes {
		if err != nil {
			j.w.Flush()
			return err
		}
		j.change(ch)
		j.text("\n")
		if j.err != nil {
			return j.err
		}
	}
	j.text(`{"summary": `)
	j.summary(summary)
	j.text("}\n")
	return j.flush()
}

type writer struct {
	w   *bufio.Writer
	buf []byte
	err error
}

func newWriter(w io.Writer) *writer { return &writer{w: bufio.NewWriterSize(w, 64<<10)} }

func (j *writer) text(s string) {
	if _, err := j.w.WriteString(s); err != nil && j.err == nil {
		j.err = err
	}
}

func (j *writer) flush() error {
	if err := j.w.Flush(); j.err == nil {
		j.err = err
	}
	return j.err
}

// str writes a JSON string.
func (j *writer) str(s string) {
	j.buf = contrail.AppendJSONString(j.buf[:0], s, false)
	j.text(string(j.buf))
}

func (j *writer) head(a, b string) {
	j.text(`{"schema": "` + Schema + `", "a": `)
	j.str(a)
	j.text(`, "b": `)
	j.str(b)
}

// member writes a further member of an object whose value is a string.
func (j *writer) member(name, value string) {
	j.text(`, "` + name + `": `)
	j.str(value)
}

// raw writes a further member whose value is JSON.
func (j *writer) raw(name, value string) {
	j.text(`, "` + name + `": `)
	j.json(value)
}

// json writes JSON text that stood in a dump: in UTF-8, and on one line. A line
// can only end between tokens, where a blank does as well.
func (j *writer) json(text string) {
	if utf8.ValidString(text) && strings.IndexByte(text, '\n') < 0 && strings.IndexByte(text, '\r') < 0 {
		j.text(text)
		return
	}
	j.buf = contrail.AppendWellFormed(j.buf[:0], []byte(text))
	for i, c := range j.buf {
		if c == '\n' || c == '\r' {
			j.buf[i] = ' '
		}
	}
	j.text(string(j.buf))
}

func (j *writer) list(name string, values []string) {
	j.text(`, "` + name + `": [`)
	for i, v := range values {
		if i > 0 {
			j.text(", ")
		}
		j.str(v)
	}
	j.text("]")
}

func (j *writer) change(ch *diff.Change) {
	j.text(`{"kind": "` + string(ch.Kind) + `", "op": "` + string(ch.Op) + `"`)
	switch ch.Kind {
	case diff.Object:
		j.member("type", ch.Type)
		j.member("uuid", ch.UUID)
		j.list("fq_name", ch.FQName)
		if ch.RenamedFrom != nil {
			j.list("renamed_from", ch.RenamedFrom)
		}
		if ch.RecreatedFrom != "" {
			j.member("recreated_from", ch.RecreatedFrom)
		}
		if ch.TypeWas != "" {
			j.member("type_was", ch.TypeWas)
		}
		j.fields("fields", "path", ch)
	case diff.Row:
		j.member("keyspace", ch.Keyspace)
		j.member("table", ch.Table)
		j.member("key", ch.Key)
		j.fields("columns", "name", ch)
	case diff.ZNode:
		j.member("path", ch.Path)
		j.member("family", ch.Family)
		if ch.Op != diff.Added {
			j.data("old", ch.OldData, ch.OldLong)
		}
		if ch.Op != diff.Removed {
			j.data("new", ch.NewData, ch.NewLong)
		}
		if ch.OldStat != "" {
			j.raw("old_stat", ch.OldStat)
		}
		if ch.NewStat != "" {
			j.raw("new_stat", ch.NewStat)
		}
	case diff.Container:
		j.member("keyspace", ch.Keyspace)
		if ch.IsTable {
			j.member("table", ch.Table)
		}
	case diff.Member:
		j.member("name", ch.Name)
		if ch.Op != diff.Added {
			j.memberValue("old", ch.Old, ch.OldLong)
		}
		if ch.Op != diff.Removed {
			j.memberValue("new", ch.New, ch.NewLong)
		}
	}
	j.text("}")
}

func (j *writer) data(name string, text *string, long *diff.LongText) {
	if text != nil {
		j.member(name, *text)
		return
	}
	j.value(name, "null", long)
}

// memberValue writes what a member of the top level holds: as text if that is no JSON,
// as NaN isn't.
func (j *writer) memberValue(name, text string, long *diff.LongText) {
	switch {
	case long != nil && !long.JSON:
		j.value(name+"_raw", "", long)
	case long == nil && !json.Valid([]byte(text)):
		j.member(name+"_raw", text)
	default:
		j.value(name, text, long)
	}
}

// value writes a further member whose value is JSON, or what stands for a long one.
func (j *writer) value(name, text string, long *diff.LongText) {
	if long == nil {
		j.raw(name, text)
		return
	}
	j.raw(name, "")
	if err := long.WriteJSON(j.w); err != nil && j.err == nil {
		j.err = err
	}
}

func (j *writer) fields(member, key string, ch *diff.Change) {
	j.text(`, "` + member + `": [`)
	first := true
	for f, err := range ch.Each() {
		if err != nil {
			if j.err == nil {
				j.err = err
			}
			return
		}
		if !first {
			j.text(", ")
		}
		first = false
		j.text(`{"` + key + `": `)
		j.str(f.Name)
		j.text(`, "op": "` + string(f.Op) + `"`)
		j.stored("old", f.Old)
		j.stored("new", f.New)
		if len(f.Edits) > 0 {
			j.edits(f.Edits)
		}
		j.time("old_timestamp", f.OldTime)
		j.time("new_timestamp", f.NewTime)
		j.text("}")
	}
	j.text("]")
}

func (j *writer) stored(name string, s diff.Stored) {
	switch {
	case !s.Set:
	case s.Long != nil:
		if s.IsRaw {
			name += "_raw"
		}
		j.value(name, "", s.Long)
	case s.IsRaw:
		j.member(name+"_raw", s.Text)
	default:
		j.raw(name, s.Text)
	}
}

func (j *writer) time(name, text string) {
	if text != "" {
		j.raw(name, text)
	}
}

func (j *writer) edits(edits []diff.Edit) {
	j.text(`, "edits": [`)
	for i, e := range edits {
		if i > 0 {
			j.text(", ")
		}
		j.text(`{"path": `)
		j.str(e.Path)
		j.text(`, "op": "` + string(e.Op) + `"`)
		if e.Op != diff.Added {
			j.raw("old", e.Old)
		}
		if e.Op != diff.Removed {
			j.raw("new", e.New)
		}
		j.text("}")
	}
	j.text("]")
}

func (j *writer) summary(s *diff.Summary) {
	j.text("{")
	for i, part := range []struct {
		name   string
		counts map[string]*diff.Count
	}{{"types", s.Types}, {"tables", s.Tables}, {"zookeeper", s.ZooKeeper}} {
		if i > 0 {
			j.text(", ")
		}
		j.text(`"` + part.name + `": {`)
		for k, name := range slices.Sorted(maps.Keys(part.counts)) {
			if k > 0 {
				j.text(", ")
			}
			c := part.counts[name]
			j.str(name)
			j.text(`: {"added": ` + number(c.Added) + `, "removed": ` + number(c.Removed) + `, "modified": ` + number(c.Modified) + `}`)
		}
		j.text("}")
	}
	j.text(`, "ignored": {`)
	first := true
	for _, r := range diff.Reasons() {
		if n := s.Ignored[r]; n > 0 {
			if !first {
				j.text(", ")
			}
			first = false
			j.text(`"` + string(r) + `": ` + number(n))
		}
	}
	j.text("}")
	if s.Ambiguous > 0 {
		j.text(`, "ambiguous_names": ` + number(s.Ambiguous))
	}
	j.text("}")
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
