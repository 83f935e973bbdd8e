package patch_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
)

// FuzzApply: whatever a patch looks like, it is refused, or what comes out is a
// dump.
func FuzzApply(f *testing.F) {
	text, _ := write(f, before, after)
	cut, _, _ := strings.Cut(text, `, "xxh3"`)
	f.Add(before, text)
	f.Add(before, cut+"}}\n")
	f.Add(after, cut+"}}\n")
	f.Add(`{"cassandra": {"obj_uuid_table": {}, "obj_fq_name_table": {"a": {}}}, "zookeeper": {"/": {"a": ["", [1]]}}}`,
		`{"schema": "dumptool.patch/1"}
{"op": "added", "table": ["config_db_uuid", "t"]}
{"op": "added", "row": ["config_db_uuid", "t", ""]}
{"cell": "", "new": ["", 1]}
{"node": "/a/b", "new": ["/a/b/", [null, [1]]]}
{"member": "m", "new": []}
{"end": {"lines": 6}}
`)
	f.Fuzz(func(t *testing.T, base, text string) {
		for _, reverse := range []bool{false, true} {
			for _, three := range []bool{false, true} {
				p, err := patch.Read(context.Background(), open(t, "P", text), reverse)
				if err != nil {
					continue
				}
				var out bytes.Buffer
				_, err = patch.Apply(context.Background(), &out, open(t, "BASE", base), p, patch.ApplyOptions{ThreeWay: three})
				p.Close()
				if err != nil {
					continue
				}
				r := dump.NewReader(&out, "result", dump.Options{})
				for r.Next() {
				}
				if r.Err() != nil {
					t.Errorf("reverse %v, three-way %v: %v\nbase %s\npatch %s", reverse, three, r.Err(), base, text)
				}
				r.Close()
			}
		}
	})
}
