package diff_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
)

// Where most rows of two dumps are the same byte by byte, what differs is found as
// it is where they are compared cell by cell: here because one of the dumps is
// written with other white space.
func TestRowsThatAreTheSameText(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for round := range 40 {
		var docs [2]string
		same := r.IntN(2) == 0 // nodes
		for side := range docs {
			var rows, names, nodes []string
			for i := range 60 {
				uuid := fmt.Sprintf("%08d-1111-4111-8111-111111111111", i)
				c := rand.New(rand.NewPCG(uint64(round), uint64(i)))
				what := c.IntN(12) // of a few objects something is another in B
				name, value, time, children := fmt.Sprintf("n%d", i), "1", 5, ""
				if side == 1 {
					switch what {
					case 0:
						continue
					case 1:
						value = "2"
					case 2:
						name += "x"
					case 3:
						time++
					case 4:
						value = " 1" // means the same
					case 5:
						uuid = strings.Replace(uuid, "-1111-", "-2222-", 1)
					}
				}
				if c.IntN(5) == 0 {
					children = fmt.Sprintf(`, "children:tag:%08d-1111-4111-8111-111111111111": ["null", 1]`, c.IntN(60))
				}
				rows = append(rows, fmt.Sprintf(`"%s": {"fq_name": ["[\"d\", \"%s\"]", 1], "prop:x": ["%s", %d], "type": ["\"tag\"", 1]%s}`, uuid, name, value, time, children))
				names = append(names, fmt.Sprintf(`"d:%s:%s": ["null", 1]`, name, uuid))
				if nodeName := name; !same || side == 0 || what != 5 {
					if same {
						nodeName = fmt.Sprintf("n%d", i)
					}
					nodes = append(nodes, fmt.Sprintf(`[\"/fq-name-to-uuid/tag:d:%s\", [\"%s\", [1, 1, 1, 1, 0, 0, 0, 0, 36, 0, 1]]]`, nodeName, uuid))
				}
			}
			more := ""
			if r.IntN(3) == 0 {
				more = `, "empty": {}`
			}
			docs[side] = `{"cassandra": {"config_db_uuid": {"obj_fq_name_table": {"tag": {` + strings.Join(names, ", ") + `}}, "obj_uuid_table": {` +
				strings.Join(rows, ", ") + `}` + more + `}}, "zookeeper": "[` + strings.Join(nodes, ", ") + `]", "note": {"a": [1, 2]}}`
		}
		for _, all := range []bool{false, true} {
			show := map[diff.Reason]bool{}
			for _, reason := range diff.Reasons() {
				show[reason] = all
			}
			other := strings.Replace(docs[1], `{"cassandra": {`, "{\n\"cassandra\" : {", 1)
			var out [2]bytes.Buffer
			for i, pair := range [][2]string{{docs[0], docs[1]}, {docs[0], other}} {
				res := compared(t, pair, diff.Options{Show: show})
				if err := render.JSON(&out[i], "A", "B", res.Changes(), res.Summary); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(out[0].Bytes(), out[1].Bytes()) {
				t.Fatalf("round %d:\n%s\nand\n%s", round, out[0].Bytes(), out[1].Bytes())
			}
		}
	}
}

// Damage in either dump is found wherever it stands: in a row that differs, in one
// that both have, in the nodes, in a member.
func TestDamageInRowsThatAreTheSameText(t *testing.T) {
	doc := func(row, same, nodes, member string) string {
		return `{"cassandra": {"ks": {"t": {"r": {` + row + `}, "s": {` + same + `}}}}, "zookeeper": "` + nodes + `", "note": ` + member + `}`
	}
	const row, node = `"c": ["1", 1]`, `[[\"/a\", [\"1\", [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1]]]]`
	good := doc(row, row, node, `{}`)
	for name, bad := range map[string]string{
		"row":                  doc(`"c": ["1"]`, row, node, `{}`),
		"column twice":         doc(row+", "+row, row, node, `{}`),
		"row key twice":        strings.Replace(good, `"s": {`, `"r": {`, 1),
		"no JSON in a row":     doc(`"c": ["1", 1,]`, row, node, `{}`),
		"nodes":                doc(row, row, `[[\"/a\"]]`, `{}`),
		"path twice":           doc(row, row, node[:len(node)-1]+", "+node[1:], `{}`),
		"no JSON in nodes":     doc(row, row, node[:len(node)-1], `{}`),
		"no JSON in a member":  doc(row, row, node, `{1}`),
		"text behind the root": good + "x",
	} {
		for _, pair := range [][2]string{{good, bad}, {bad, good}, {bad, bad}} {
			dumps := opened(t, pair, dump.Options{})
			r, err := diff.Compare(t.Context(), dumps[0], dumps[1], diff.Options{})
			var problem *dump.Problem
			if !errors.As(err, &problem) {
				t.Errorf("%s: %v", name, err)
			}
			if err == nil {
				r.Close()
			}
		}
	}
}
