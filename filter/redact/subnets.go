package redact

import (
	"bytes"
	"context"
	"net/netip"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/filter/redact/pseudonym"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// collect reads the subnets of a dump, of which the addresses depend: those of
// networks and IPAMs, and those in which addresses are locked.
func collect(ctx context.Context, d *dump.Dump, o Options) ([]netip.Prefix, error) {
	if o.Profile != Anonymous && !usesPseudonyms(o) {
		return nil, nil
	}
	r, err := d.Reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := subnets{}
	for r.Next() {
		switch r.Kind() {
		case dump.CellRead:
			if c := r.Cell(); !c.Value.Long() && hasSubnets(c.Name.Raw) {
				s.value(c.Value.Text().Decoded())
			}
		case dump.ZNodeRead:
			z := r.ZNode()
			if n := contrail.Classify(z.Normal); n.Kind == contrail.NodeAddress {
				s.add(string(n.Prefix), int(n.Length))
			}
		}
	}
	return s.list, r.Err()
}

func hasSubnets(column []byte) bool {
	for _, prefix := range [...]string{"ref:network_ipam:", "backref:virtual_network:", "propl:ipam_subnets:", "prop:ipam_subnets"} {
		if bytes.HasPrefix(column, []byte(prefix)) {
			return true
		}
	}
	return false
}

// subnets collects prefixes. It keeps the outermost only, from time to time.
type subnets struct {
	list []netip.Prefix
	next int
}

func (s *subnets) add(prefix string, bits int) {
	addr, err := netip.ParseAddr(prefix)
	if err != nil {
		return
	}
	p, err := addr.WithZone("").Prefix(bits)
	if err != nil || len(s.list) > 0 && s.list[len(s.list)-1] == p {
		return
	}
	s.list = append(s.list, p)
	if len(s.list) >= max(s.next, 1<<16) {
		s.list = pseudonym.Outermost(s.list)
		s.next = 2 * len(s.list)
	}
}

// value looks for members called subnet, with a prefix and its length.
func (s *subnets) value(value []byte) {
	rest := value
	for {
		_, after, found := bytes.Cut(rest, []byte(`"subnet"`))
		if !found {
			return
		}
		rest = after
		open := bytes.IndexByte(rest, '{')
		if open < 0 || len(bytes.Trim(rest[:open], ": \t\r\n")) > 0 {
			continue
		}
		prefix := memberOf(rest, open, "ip_prefix")
		bits, err := strconv.Atoi(string(memberOf(rest, open, "ip_prefix_len")))
		if err == nil && len(prefix) > 2 && prefix[0] == '"' {
			s.add(string(jsonscan.AppendDecoded(nil, prefix[1:len(prefix)-1])), bits)
		}
	}
}
