package dump

import (
	"strings"
	"testing"
)

func TestReadingAlone(t *testing.T) {
	doc := `{"zookeeper": "[[\"/a\\\"\", [\"x\", ` + stat11 + `]], [\"/b\", [\"y\", ` + stat11 + `]]]", "cassandra": {"ks": {"t": {"k": {"c": ["v", 1], "d": "bare"}, "l": {"e": [ {"x":1} , 2, 3 ]}}}}}`
	r := NewReader(strings.NewReader(doc), "d", Options{})
	defer r.Close()
	text := strings.NewReader(doc)
	one := RowReader(text, Place{0, 2}, "d", Options{})
	defer one.Close()
	var whole, alone []string
	for r.Next() {
		switch r.Kind() {
		case CellRead:
			c := r.Cell()
			whole = append(whole, c.Name.String()+string(c.Value.Raw())+string(c.Time)+string(c.Extra))
			one.ResetCell(text, Place{c.Offset, c.End})
			for one.Next() {
				if one.Kind() == CellRead {
					d := one.Cell()
					alone = append(alone, d.Name.String()+string(d.Value.Raw())+string(d.Time)+string(d.Extra))
					if d.Offset != c.Offset || d.End != c.End {
						t.Errorf("%s at %d-%d instead of %d-%d", d.Name, d.Offset, d.End, c.Offset, c.End)
					}
				}
			}
		case RowEnd:
			s, e := r.Span()
			one.ResetRow(text, Place{s, e})
			n := int64(0)
			for one.Next() {
				if one.Kind() == RowEnd {
					n = one.Cells()
				}
			}
			if n != r.Cells() {
				t.Errorf("a row of %d cells read alone has %d", r.Cells(), n)
			}
		case ZNodeRead:
			z := r.ZNode()
			whole = append(whole, string(z.Normal)+string(z.Data.Raw())+string(z.Stat))
			one.ResetZNode(text, Place{z.Offset, z.End}, true)
			for one.Next() {
				if one.Kind() == ZNodeRead {
					y := one.ZNode()
					alone = append(alone, string(y.Normal)+string(y.Data.Raw())+string(y.Stat))
					if y.Offset != z.Offset || y.End != z.End {
						t.Errorf("%s at %d-%d instead of %d-%d", y.Normal, y.Offset, y.End, z.Offset, z.End)
					}
				}
			}
		}
		if one.Err() != nil {
			t.Fatal(one.Err())
		}
	}
	if r.Err() != nil || len(whole) != 5 || strings.Join(whole, "\n") != strings.Join(alone, "\n") {
		t.Errorf("%v\n%s\n\n%s", r.Err(), strings.Join(whole, "\n"), strings.Join(alone, "\n"))
	}
}

func TestHashesIgnoreSpelling(t *testing.T) {
	long := strings.Repeat(`a\u00e9`, 1<<18)
	docs := []string{
		`{"n\u00e9": ["\u0041é\/", 1], "o": ["` + long + `", 2], "b": "x"}`,
		`{"b" : "x", "né": ["A\u00E9/",1], "o": ["` + strings.ReplaceAll(long, `\u00e9`, "é") + `", 2]}`,
	}
	var sums [2][2]Sum
	for i, doc := range docs {
		r := RowReader(strings.NewReader(doc), Place{0, int64(len(doc))}, "d", Options{})
		var h CellHasher
		for r.Next() {
			if r.Kind() == CellRead {
				a, b, err := h.Hash(r.Cell())
				if err != nil {
					t.Fatal(err)
				}
				sums[i][0].Add(a)
				sums[i][1].Add(b)
			}
		}
		if r.Err() != nil {
			t.Fatal(r.Err())
		}
		r.Close()
	}
	if sums[0] != sums[1] {
		t.Errorf("%x and %x", sums[0], sums[1])
	}
}
