package validate

import (
	"bufio"
	"fmt"
	"io"

	"github.com/tidwall/gjson"
	"github.com/zeebo/xxh3"
)

// Baseline is a set of findings that are known. It holds 16 bytes for each.
type Baseline map[xxh3.Uint128]struct{}

// ReadBaseline reads findings as --json prints them, one a line. Rule, object and place make a finding the same one;
// the message may differ.
func ReadBaseline(r io.Reader) (Baseline, error) {
	b := Baseline{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	n := 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if len(line) == 0 {
			continue
		}
		v := gjson.ParseBytes(line)
		rule, ok := Lookup(v.Get("id").String())
		if !gjson.ValidBytes(line) || !v.IsObject() || !ok {
			return nil, fmt.Errorf("line %d is no finding", n)
		}
		uuid, _ := textOf(v.Get("object.uuid"))
		where, _ := textOf(v.Get("where"))
		f := Finding{Rule: rule, UUID: uuid, Where: where}
		b[xxh3.HashString128(f.Key())] = struct{}{}
	}
	return b, lines.Err()
}

// Has tells if a finding is known.
func (b Baseline) Has(f *Finding) bool {
	_, known := b[xxh3.HashString128(f.Key())]
	return known
}
