package unload

import (
	"encoding/json"
	"fmt"
	"unicode/utf16"
)

// MetadataSchema is the form of the member "dumptool", which holds what a dump
// has no room for otherwise (docs/live-metadata.md).
const MetadataSchema = "dumptool.live/1"

// MetadataMember is the name of that member.
const MetadataMember = "dumptool"

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
	text, err := json.Marshal(&head)
	if err != nil {
		return err
	}
	ascii := make([]byte, 0, len(text))
	for _, r := range string(text) {
		switch {
		case r < 0x7f:
			ascii = append(ascii, byte(r))
		case r < 0x10000:
			ascii = fmt.Appendf(ascii, `\u%04x`, r)
		default:
			hi, lo := utf16.EncodeRune(r)
			ascii = fmt.Appendf(ascii, `\u%04x\u%04x`, hi, lo)
		}
	}
	x.put(`, "` + MetadataMember + `": `)
	x.out.Write(ascii[:len(ascii)-1])
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
