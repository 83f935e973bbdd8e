package unload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf16"

	"github.com/dumptool/dumptool/dump/livemeta"
)

// MetadataSchema is the form of the member livemeta.Name as it is written.
const MetadataSchema = livemeta.Schema

// metadata writes the member.
func (x *assembler) metadata() error {
	p := x.u.plan
	head := struct {
		Schema   string            `json:"schema"`
		Tool     string            `json:"tool,omitempty"`
		Cluster  string            `json:"cluster"`
		Version  string            `json:"cassandra_version"`
		ID       string            `json:"cluster_id"`
		Started  string            `json:"started"`
		Finished string            `json:"finished"`
		Quiet    *Quiet            `json:"quiet,omitempty"`
		Tables   map[string]string `json:"tables,omitempty"`
		Nulls    int64             `json:"nulls,omitempty"`
		Skipped  int64             `json:"skipped_nodes,omitempty"`
	}{
		MetadataSchema, x.u.o.Tool, p.Cluster, p.Version, p.ClusterID, p.Started, x.u.o.Clock().UTC().Format(timeForm), x.result.Quiet,
		map[string]string{}, x.result.Counts.Nulls, x.result.Counts.Skipped,
	}
	for _, t := range p.Tables {
		if t.Blob {
			head.Tables[t.Keyspace+"/"+t.Name] = "blob"
		}
	}
	text, err := spelled(&head)
	if err != nil {
		return err
	}
	x.put(`, "` + livemeta.Name + `": `)
	x.out.Write(text[:len(text)-1])
	for _, list := range []struct {
		name string
		s    *Stream
	}{{"cells", &x.cells}, {"nodes", &x.nodes}} {
		x.put(`, "` + list.name + `": [`)
		if _, err := list.s.WriteTo(x.out); err != nil {
			return err
		}
		x.put("]")
	}
	x.put("}")
	return nil
}

// spelled returns v as JSON as a dump has it: in ASCII, with blanks behind commas and colons.
func spelled(v any) ([]byte, error) {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	var out []byte
	inside, escaped := false, false
	for _, r := range string(bytes.TrimSuffix(compact.Bytes(), []byte{'\n'})) {
		switch {
		case r < 0x7f:
			out = append(out, byte(r))
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		}
		switch {
		case escaped:
			escaped = false
		case inside && r == '\\':
			escaped = true
		case r == '"':
			inside = !inside
		case !inside && (r == ',' || r == ':'):
			out = append(out, ' ')
		}
	}
	return out, nil
}
