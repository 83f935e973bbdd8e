package validate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Damaged returns a generated dump in which n things were made wrong at random, and the sound one.
func Damaged(t *testing.T, seed uint64, n int) (before, damaged string) {
	d := newDocument(t)
	before = d.text()
	d = newDocument(t)
	x := &damage{document: d, Rand: rand.New(rand.NewPCG(seed, 1))}
	for range n {
		x.once()
	}
	return before, d.text()
}

// damage makes things wrong.
type damage struct {
	*document
	*rand.Rand
}

func pick[V any](x *damage, m map[string]V) string {
	keys := slices.Sorted(maps.Keys(m))
	if len(keys) == 0 {
		return ""
	}
	return keys[x.IntN(len(keys))]
}

// of returns the objects of a type, by uuid.
func (x *damage) of(typ string) []string {
	var list []string
	for uuid, row := range x.objects() {
		if row["type"].value == `"`+typ+`"` {
			list = append(list, uuid)
		}
	}
	slices.Sort(list)
	return list
}

// object picks an object that still has a row.
func (x *damage) object() string { return pick(x, x.objects()) }

// column picks a column of an object that begins with one of the prefixes.
func (x *damage) column(uuid string, prefixes ...string) string {
	some := map[string]bool{}
	for column := range x.objects()[uuid] {
		for _, p := range prefixes {
			if strings.HasPrefix(column, p) {
				some[column] = true
			}
		}
	}
	return pick(x, some)
}

// other is a uuid: of an object, or of none.
func (x *damage) other() string {
	if x.IntN(3) == 0 {
		return fmt.Sprintf("0badc0de-0000-4000-8000-%012d", x.IntN(50))
	}
	return x.object()
}

func (x *damage) types() string {
	return []string{"project", "virtual_network", "network_policy", "domain", "security_group", "route_target", "routing_instance", "tag", "nonsense"}[x.IntN(9)]
}

var links = []string{"ref:", "backref:", "children:", "parent:"}

// once makes one thing wrong.
func (x *damage) once() {
	u := x.object()
	row := x.objects()[u]
	index := x.keyspaces[objectKeyspace][nameTable]
	typ := pick(x, index)
	node := &x.nodes[x.IntN(len(x.nodes))]
	switch x.IntN(31) {
	case 0, 1, 2:
		delete(row, pick(x, row))
	case 3:
		delete(row, x.column(u, links...))
	case 4:
		delete(row, x.column(u, "type", "fq_name", "parent_type", "prop:id_perms", "META"))
	case 5:
		delete(x.objects(), u)
	case 6:
		column := x.column(u, links...)
		if parts := strings.Split(column, ":"); len(parts) == 3 {
			c := row[column]
			delete(row, column)
			parts[1+x.IntN(2)] = []string{x.types(), x.other()}[x.IntN(2)]
			row[strings.Join(parts, ":")] = c
		}
	case 7:
		setIn(row, links[x.IntN(4)]+x.types()+":"+x.other(), []string{"null", `{"attr": null}`}[x.IntN(2)])
	case 8:
		if c := pick(x, row); c != "" {
			setIn(row, c, []string{"null", "{}", "x{", `"text"`, "[]", "7", `"{}"`}[x.IntN(7)])
		}
	case 9:
		if c := pick(x, row); c != "" {
			v := row[c]
			v.time = []string{"1579787888", "1579787888.25", "1822000000000000", "-3", "1579787888000"}[x.IntN(5)]
			row[c] = v
		}
	case 10:
		if c := pick(x, row); c != "" {
			v := row[c]
			v.raw = []string{"[7, 1600000000000000]", "[null, 1600000000000000]", `[{"a": 1}, 1600000000000001]`}[x.IntN(3)]
			row[c] = v
		}
	case 11:
		delete(index[typ], pick(x, index[typ]))
	case 12:
		if e := pick(x, index[typ]); e != "" {
			c := index[typ][e]
			delete(index[typ], e)
			switch x.IntN(4) {
			case 0:
				index[pick(x, index)][e] = c
			case 1:
				index[typ][e[:len(e)-36]+x.other()] = c
			case 2:
				index[typ]["x"+e] = c
			case 3:
				index[typ][e] = cell{value: "7", time: c.time}
			}
		}
	case 13:
		setIn(index[typ], "a:b:"+x.other(), "null")
	case 14, 15:
		x.nodes = slices.Delete(x.nodes, 0, 1)
		i := x.IntN(len(x.nodes))
		x.nodes = slices.Delete(x.nodes, i, i+1)
	case 16:
		node.set([]string{x.other(), "x", "", x.nodes[x.IntN(len(x.nodes))].data}[x.IntN(4)])
	case 17:
		node.path = strings.Replace(node.path, "/0000", "/", 1)
	case 18:
		other := x.nodes[x.IntN(len(x.nodes))]
		other.path = node.path
		x.nodes = append(x.nodes, other)
	case 19:
		x.addNode([]string{"/id/virtual-networks/", "/id/security-groups/id/", "/id/bgp/route-targets/type0/", "/id/bgp/route-targets/", "/fq-name-to-uuid/project:a:",
			"/api-server/subnets/a:b:c:10.0.0.0/24/", "/id/tags/types/", "/id/aggregated-ethernet/leaf-0/"}[x.IntN(8)]+fmt.Sprintf("%010d", x.IntN(9000000)),
			[]string{x.other(), "a:b:c", x.nodes[x.IntN(len(x.nodes))].data}[x.IntN(3)])
	case 20:
		delete(x.useragent(), pick(x, x.useragent()))
	case 21:
		x.useragent()[[]string{x.other(), "foreign", x.other() + " 10.0.0.0/24"}[x.IntN(3)]] = map[string]cell{
			"value": {value: []string{x.other() + " 10.0.0.0/24", "x", x.other()}[x.IntN(3)], time: "1600000000000000"}}
	case 22:
		delete(x.schema(), pick(x, x.schema()))
	case 23:
		x.schema()[[]string{pick(x, x.schema()), "a:b:c:c"}[x.IntN(2)]] = map[string]cell{"rtgt_num": {value: strconv.Itoa(8000000 + x.IntN(30)), time: "1600000000000000"}}
	case 24:
		list := x.of([]string{"virtual_network", "security_group"}[x.IntN(2)])
		if len(list) > 0 {
			u := list[x.IntN(len(list))]
			for _, p := range []string{"prop:virtual_network_network_id", "prop:security_group_id"} {
				if _, ok := x.objects()[u][p]; ok {
					x.set(u, p, []string{"0", "null", "1", "8000001", "16777300", "7", `"x"`}[x.IntN(7)])
				}
			}
		}
	case 25:
		if shared := x.keyspaces[objectKeyspace][sharedTable]; len(shared) > 0 {
			t := pick(x, shared)
			delete(shared[t], pick(x, shared[t]))
			setIn(shared[pick(x, shared)], "tenant:"+x.other()+":"+x.other(), "5")
		}
	case 26:
		if list := x.of("instance_ip"); len(list) > 0 {
			x.set(list[x.IntN(len(list))], "prop:instance_ip_address", []string{`"10.0.1.77"`, `"10.00.1.3"`, `"x"`, "null", `"10.0.1.1"`}[x.IntN(5)])
		}
	case 27:
		if list := x.of("virtual_network"); len(list) > 0 {
			n := list[x.IntN(len(list))]
			if c := x.column(n, "ref:network_ipam:"); c != "" {
				for _, s := range [][2]string{{`"subnet_uuid": "`, `"subnet_was": "`}, {`"ip_prefix_len": `, `"was": `}, {`.0", "ip_prefix_len"`, `.7", "ip_prefix_len"`}, {`"alloc_unit": 1`, `"alloc_unit": 4`}}[x.IntN(4):] {
					if v := x.objects()[n][c]; strings.Contains(v.value, s[0]) {
						x.set(n, c, strings.Replace(v.value, s[0], s[1], 1))
						break
					}
				}
			}
		}
	case 28:
		copied := map[string]cell{}
		maps.Copy(copied, row)
		x.objects()[fmt.Sprintf("0badc0de-0000-4000-8000-%012d", x.IntN(50))] = copied
	case 29:
		x.after = nil
		if x.IntN(2) == 0 {
			old := x.after
			x.after = func(text string) string {
				if old != nil {
					text = old(text)
				}
				return twice(text, `"META:latest_col_ts": `)
			}
		}
	case 30:
		delete(x.objects(), u)
		x.objects()[strings.ToUpper(u)] = row
		if x.IntN(2) == 0 {
			for _, row := range x.objects() {
				for column, c := range row {
					if strings.HasSuffix(column, u) {
						delete(row, column)
						row[strings.TrimSuffix(column, u)+strings.ToUpper(u)] = c
					}
				}
			}
		}
	}
}
