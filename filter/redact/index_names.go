package redact

import (
	"bytes"
	"net/url"

	"github.com/dumptool/dumptool/contrail"
)

// indexColumn redacts a column of obj_fq_name_table, NAME:UUID. A name that is
// percent-encoded as a whole is told from one that only looks so by encoding it
// again: only names that aren't ASCII are ever encoded.
func (r *redactor) indexColumn(p *plan, column []byte) []byte {
	name, uuid, ok := contrail.SplitNameColumn(column)
	if !ok || r.names == nil {
		return r.programName(p, column)
	}
	if bytes.IndexByte(name, '%') >= 0 {
		if plain, err := url.QueryUnescape(string(name)); err == nil && plain != string(name) && contrail.QuoteName(plain) == string(name) {
			name = []byte(plain)
		}
	}
	redacted, changed := r.joined(p, name)
	id := r.names.UUID(uuid)
	if !changed && bytes.Equal(id, uuid) {
		return nil
	}
	return append(append(bytes.Clone(redacted), ':'), id...)
}

// joined redacts a joined name.
func (r *redactor) joined(p *plan, name []byte) ([]byte, bool) {
	w := walker{r: r, p: p, src: name, prefixLength: -1}
	return r.leaf(&w, name, contrail.ClassFQName, state{})
}

// address redacts the end of the path of a lock of an address:
// PREFIX/LENGTH/INDEX. The index is the address divided by the allocation unit.
func (r *redactor) address(n contrail.Node) []byte {
	subnet, ok := n.Subnet()
	if !ok {
		return nil
	}
	prefix := r.names.PrefixText(n.Prefix, int(n.Length))
	index := n.Index
	if addr, ok := n.Address(0); ok {
		index = movedIndex(n.Index, addr, r.names.Prefix(subnet.Addr(), int(n.Length)), r.names.Address(addr))
	}
	out := append(bytes.Clone(prefix), '/')
	out = append(out, lengthText(n.Length)...)
	return append(append(out, '/'), index...)
}
