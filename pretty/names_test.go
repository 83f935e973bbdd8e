package pretty

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// TestManyNames puts a name twice among more than are held in memory, in no
// order, in an object that has a set of names of its own and in one that shares
// it.
func TestManyNames(t *testing.T) {
	const count = 900_000
	for _, depth := range []int{1, ownSets + 3} {
		var b strings.Builder
		b.WriteString(strings.Repeat(`{"a":`, depth-1) + `{"first":0`)
		first := int64(b.Len() - len(`"first":0`))
		for i := range uint64(count) {
			b.WriteString(`,"` + strconv.FormatUint(i*2654435761%(1<<32), 36) + `":0`)
		}
		doc := b.String()
		end := strings.Repeat("}", depth)
		if _, err := printed(file([]byte(doc+end)), Options{Compact: true}, nil); err != nil {
			t.Errorf("depth %d: %v", depth, err)
		}
		for _, o := range []Options{{Compact: true}, {Compact: true, SortKeys: true}} {
			_, err := printed(file([]byte(doc+`,"first":1`+end)), o, nil)
			var p *dump.Problem
			if !errors.As(err, &p) || p.ID != "B-STR-11" || p.Offset != int64(len(doc)+1) ||
				!strings.Contains(p.Message, "first at byte "+strconv.FormatInt(first, 10)+")") {
				t.Errorf("depth %d: %v", depth, err)
			}
		}
	}
}
