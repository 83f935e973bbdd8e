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
	opts := f.d.Options()
	text, err := f.d.Text(f.ctx)
	if err != nil {
		return err
	}
	defer text.Close()
	r := dump.NewReader(text, f.d.Name(), opts)
	defer r.Close()
	f.Path = ref.Path
	top := ref.Path.Node
	found, below := false, false
	var siblings []string
	for r.Next() {
		if r.Kind() != dump.ZNodeRead {
			continue
		}
		z := r.ZNode()
		switch {
		case string(z.Normal) == top:
			found = true
			if err := f.takeNode(z, r.Layout()); err != nil {
				return err
			}
		case nodeCovers(top, z.Normal):
			below = true
		default:
			siblings = addSibling(siblings, top, z.Normal)
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if f.text, err = f.d.At(); err != nil || found {
		return err
	}
	e := &NotFound{What: "node " + ref.Path.String()}
	if below {
		e.What += " (only nodes below it)"
	} else {
		e.Near = nearNodes(top, siblings)
	}
	return e
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
