package redact

import (
	"bytes"
	"errors"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/filter/redact/detect"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// zkCopy is how the nodes are written.
type zkCopy struct {
	escaped bool // they stand in a string
	nested  bool // in an object (A12): a list is written instead
	nodes   int
	known   bool
	entry   []byte
	plan    plan
}

// errNested tells that the nodes stand in an object (A12) and one of them
// changes: then a list has to be written instead, from the first one on.
var errNested = errors.New("nodes in an object")

// node redacts a node.
func (c *copier) node(n *dump.ZNode) error {
	if !c.zk.known {
		c.beginNodes(n)
	}
	data, err := c.load(&n.Data)
	if err != nil {
		return err
	}
	path, value := n.Path.Decoded(), data
	pathChanged, dataChanged := false, false
	if c.rare(n.Path.Raw) || c.known != nil && c.known.mayHave(data) || mayHoldData(n.Normal, data) {
		value = data
		if n.Data.IsText && bytes.IndexByte(data, '\\') >= 0 {
			value = jsonscan.AppendDecoded(nil, data)
		}
		path, value, pathChanged, dataChanged = c.redactor.node(&c.zk.plan, path, value, n.Data.IsText)
	}
	if !pathChanged && !dataChanged && !c.zk.nested {
		return c.flush()
	}
	if n.Shape&dump.NestedZK != 0 && !c.asList && c.onEvent == nil {
		return errNested
	}
	e := append(c.zk.entry[:0], `[`...)
	if pathChanged {
		e = append(jsonscan.AppendEscaped(append(e, '"'), path), '"')
	} else {
		e = append(append(append(e, '"'), n.Path.Raw...), '"')
	}
	e = append(e, ", ["...)
	switch {
	case dataChanged:
		e = append(jsonscan.AppendEscaped(append(e, '"'), value), '"')
	case n.Data.IsText:
		e = append(append(append(e, '"'), data...), '"')
	default:
		e = append(e, data...)
	}
	stat := n.Stat
	if dataChanged {
		stat = statOfLength(stat, len(jsonscan.AppendDecoded(nil, data)), len(value)) // only texts change
	}
	e = append(append(append(e, ", "...), stat...), "]]"...)
	c.zk.entry = e
	if c.zk.escaped || c.zk.nested {
		c.buf = jsonscan.AppendEscaped(c.buf[:0], e)
		e = c.buf
	}
	if c.zk.nested {
		if c.zk.nodes > 0 {
			c.out.Put(", ")
		}
		c.put(e)
	} else {
		c.out.CopyTo(n.Offset)
		c.put(e)
		c.out.SkipTo(n.End)
	}
	c.zk.nodes++
	return c.flush()
}

// mayHoldData tells if the data of a node needs a look: always where anybody
// can have put it.
func mayHoldData(path, data []byte) bool {
	if len(data) == 0 {
		return false
	}
	if detect.MayHold(data) {
		return true
	}
	switch string(contrail.Family(path)) {
	case "fq-name-to-uuid", "api-server", "id":
		return false
	}
	return true
}

// beginNodes finds out by the first node how all of them stand there.
func (c *copier) beginNodes(n *dump.ZNode) {
	c.zk.known = true
	c.zk.plan.name = "zookeeper"
	value := c.zooKeeperValue()
	c.zk.escaped = c.look.Byte(value) == '"'
	if n.Shape&dump.NestedZK != 0 && c.asList {
		c.zk.nested = true
		c.out.CopyTo(value)
		c.out.Put(`"[`)
	}
}

// zooKeeperValue finds where the value of the member begins: behind what came
// last there is nothing but the structure around it.
func (c *copier) zooKeeperValue() int64 {
	at := c.at
	if at == 0 {
		at = c.look.Start()
	}
	for c.look.Err() == nil {
		at = c.look.Blank(at)
		if c.look.Byte(at) != '"' {
			at++
			continue
		}
		name, value := c.look.Name(at)
		if name == "zookeeper" && c.look.Byte(value) != '{' || name == "zookeeper" && !c.isKeyspace(value) {
			return value
		}
		at = value + 1
	}
	return at
}

// isKeyspace tells if the object at off is empty, as a keyspace of that name
// that nothing was heard of would be.
func (c *copier) isKeyspace(off int64) bool { return c.look.Byte(c.look.Blank(off+1)) == '}' }

func (c *copier) endZooKeeper() error {
	if c.zk.nested {
		c.out.Put(`]"`)
		c.out.SkipTo(c.r.InputOffset())
	}
	return c.out.Err()
}

// node redacts the path and the data of a node.
func (r *redactor) node(p *plan, path, data []byte, isText bool) (newPath, newData []byte, pathChanged, dataChanged bool) {
	newData = data
	if r.names != nil {
		secretless, _ := r.secretsInPath(p, path)
		node := contrail.Classify(secretless)
		newPath = r.namedPath(p, secretless, node)
		if r.known != nil {
			newPath, _ = r.known.replace(newPath, true)
		}
		if isText && len(data) > 0 {
			newData, dataChanged = r.namedData(p, node.Kind, data)
		}
		return newPath, newData, !bytes.Equal(newPath, path), dataChanged
	}
	newPath, pathChanged = r.secretsInPath(p, path)
	if isText && len(data) > 0 {
		switch kind := contrail.Classify(path).Kind; kind {
		case contrail.NodeUnknown, contrail.NodeForeign, contrail.NodeJob, contrail.NodeLock:
			newData, dataChanged = r.blob(p, data, false)
		default:
			newData, dataChanged = r.plain(p, data)
		}
	}
	return newPath, newData, pathChanged, dataChanged
}
