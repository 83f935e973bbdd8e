package inspect

import (
	"errors"

	"github.com/dumptool/dumptool/dump"
)

// node is a znode that was found.
type node struct {
	dump.Place
	escaped bool // it stands in a string
	// The nodes of a nested object have no entry of their own to read again.
	nested           bool
	path, data, stat []byte
	shape            dump.Shape
	null             bool // data is null
}

// findNode looks for a node.
func (f *Found) findNode(ref Ref) error {
	f.Path = ref.Path
	o, err := f.d.Outline(f.ctx, func(*dump.OutlineRow) error { return nil })
	switch {
	case err == nil && o.ZooKeeper.End > 0:
		if f.text, err = f.d.At(); err != nil {
			return err
		}
		r := dump.NewReader(nil, f.d.Name(), f.d.Options())
		defer r.Close()
		r.ResetZooKeeper(f.text, o.ZooKeeper)
		if s, err := f.searchNodes(r, ref); err != nil || s.found {
			return err
		}
	case err != nil && !errors.Is(err, dump.ErrNoOutline):
		return err
	}
	r, err := f.d.Reader(f.ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	s, err := f.searchNodes(r, ref)
	if err != nil {
		return err
	}
	if f.text, err = f.d.At(); err != nil || s.found {
		return err
	}
	e := &NotFound{What: "node " + ref.Path.String()}
	if s.below {
		e.What += " (only nodes below it)"
	} else {
		e.Near = nearNodes(ref.Path.Node, s.siblings)
	}
	return e
}

// nodeSearch is what a search for a node has met.
type nodeSearch struct {
	found, below bool
	siblings     []string
}

// searchNodes reads to the end.
func (f *Found) searchNodes(r *dump.Reader, ref Ref) (nodeSearch, error) {
	var s nodeSearch
	top := ref.Path.Node
	for r.Next() {
		if r.Kind() != dump.ZNodeRead {
			continue
		}
		z := r.ZNode()
		switch {
		case string(z.Normal) == top:
			s.found = true
			if err := f.takeNode(z, r.Layout()); err != nil {
				return s, err
			}
		case nodeCovers(top, z.Normal):
			s.below = true
		default:
			s.siblings = addSibling(s.siblings, top, z.Normal)
		}
	}
	return s, r.Err()
}

func (f *Found) takeNode(z *dump.ZNode, layout dump.Layout) error {
	n := &f.node
	n.Place = dump.Place{Start: z.Offset, End: z.End}
	n.escaped = layout&dump.BareZooKeeper == 0
	n.shape = z.Shape
	if n.nested = z.Shape&dump.NestedZK != 0; !n.nested {
		return nil
	}
	if z.Data.Long() {
		return errors.New("the data of a node in a nested object is larger than 1 MiB")
	}
	n.path = z.Path.AppendDecoded(nil)
	n.null = !z.Data.IsText
	n.data = z.Data.Text().AppendDecoded(nil)
	n.stat = append([]byte(nil), z.Stat...)
	return nil
}
