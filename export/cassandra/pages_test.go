package cassandra

import "testing"

// Pages grow while they have room, shrink at once, and never have no cell or more than asked for.
func TestPageSize(t *testing.T) {
	var sizes pageSizes
	p := sizes.of("SELECT", 5000)
	if n := p.n.Load(); n != firstPage {
		t.Errorf("the first page has %d cells", n)
	}
	for range 10 {
		p.seen(p.n.Load(), 100*p.n.Load())
	}
	if n := p.n.Load(); n != 5000 || sizes.of("SELECT", 5000) != p {
		t.Errorf("small cells: %d at once", n)
	}
	p.seen(5000, 5000<<20)
	if n := p.n.Load(); n != fullPage>>20 {
		t.Errorf("cells of 1 MiB: %d at once", n)
	}
	p.seen(1, 100<<20)
	if n := p.n.Load(); n != 1 {
		t.Errorf("cells of 100 MiB: %d at once", n)
	}
	p.seen(0, 0)
	if n := p.n.Load(); n != 1 {
		t.Errorf("after an empty page: %d at once", n)
	}
	if n := sizes.of("SELECT", 3).n.Load(); n != 1 {
		t.Error("a statement is known under its text")
	}
	if n := sizes.of("other", 3).n.Load(); n != 3 {
		t.Errorf("%d at once where 3 are asked for", n)
	}
}

func TestIntColumn(t *testing.T) {
	for _, c := range []struct {
		data string
		want intColumn
		err  error
	}{
		{"", intColumn{null: true}, nil},
		{"\xff\xff\xff\xfe", intColumn{n: -2}, nil},
		{"\x00\x00\x00\x00\x80\x00\x00\x00", intColumn{n: 1 << 31}, nil},
		{"\x80\x00\x00\x00\x00\x00\x00\x00", intColumn{n: -1 << 63}, nil},
		{"\x01", intColumn{n: 1}, errInteger},
	} {
		var got intColumn
		if err := got.UnmarshalCQL(nil, []byte(c.data)); err != c.err || got != c.want {
			t.Errorf("%q: %v, %v", c.data, got, err)
		}
	}
}
