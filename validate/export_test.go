package validate

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Case is a case of the tests of rules for the tests of what is built on them.
type Case struct {
	Rule         string
	Before, Text string // the sound dump, and the damaged one
	Target       *Target
	Incomplete   bool
}

// Cases returns the cases of all rules.
func Cases(t *testing.T) []Case {
	var list []Case
	for _, c := range allCases() {
		d := newDocument(t)
		before := d.text()
		d = newDocument(t)
		c.change(d)
		list = append(list, Case{c.rule, before, d.text(), c.target, c.incomplete})
	}
	return list
}

// ReferenceTime is the present of the tests.
var ReferenceTime = referenceTime

// Redundant are cells of the sound dump that follow from others: the dump without each of them, and its timestamp.
func Redundant(t *testing.T, n int) (before string, without map[string]string, times map[string]int64) {
	d := newDocument(t)
	before = d.text()
	r := rand.New(rand.NewPCG(1, 2))
	without, times = map[string]string{}, map[string]int64{}
	var places [][3]string
	for _, table := range []string{objectTable, nameTable, sharedTable} {
		for key, row := range d.keyspaces[objectKeyspace][table] {
			for column := range row {
				kind, _, _ := strings.Cut(column, ":")
				if table != objectTable || slices.Contains([]string{"backref", "children", "parent", "parent_type", "type", "fq_name", "META"}, kind) {
					places = append(places, [3]string{table, key, column})
				}
			}
		}
	}
	slices.SortFunc(places, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	for range n {
		p := places[r.IntN(len(places))]
		row := d.keyspaces[objectKeyspace][p[0]][p[1]]
		c := row[p[2]]
		if strings.Contains(p[2], "global") && p[0] == objectTable {
			continue
		}
		delete(row, p[2])
		name := strings.Join(p[:], "/")
		without[name] = d.text()
		d.zk = ""
		times[name], _ = strconv.ParseInt(c.time, 10, 64)
		row[p[2]] = c
	}
	return before, without, times
}

// OracleRules are the rules that the independent program has.
var OracleRules = oracleRules

// UpperCase are dumps in which uuids are in upper case: of rows alone, or of rows and all that names them.
func UpperCase(t *testing.T) (before string, upper map[string]string) {
	d := newDocument(t)
	policy, network, project := aPolicy(d), d.first("virtual_network"), d.first("project")
	monitor := d.keyspaces["svc_monitor_keyspace"]
	monitor["pool_table"] = map[string]map[string]cell{policy: {"driver_info": {value: `{}`, time: "1600000000000000"}}}
	monitor["service_instance_table"]["a:b:"+stranger] = map[string]cell{"vm1-uuid": {value: network, time: "1600000000000000"}}
	before = d.text()
	everywhere := func(list ...string) string {
		text := before
		for _, u := range list {
			text = strings.ReplaceAll(text, u, strings.ToUpper(u))
		}
		return text
	}
	// Some objects are named by a uuid, and names stay.
	var names strings.Builder
	for _, row := range d.objects() {
		names.WriteString(row["fq_name"].value)
	}
	var all []string
	for u := range d.objects() {
		if !strings.Contains(names.String(), u) {
			all = append(all, u)
		}
	}
	upper = map[string]string{"the key of a policy": keyAlone(d, policy), "the key of a network": keyAlone(d, network)}
	upper["a policy"], upper["a network"] = everywhere(policy), everywhere(network)
	upper["both ends of a link"], upper["all objects"] = everywhere(network, project), everywhere(all...)
	return before, upper
}

// keyAlone writes the key of a row alone in upper case.
func keyAlone(d *document, u string) string {
	row := d.objects()[u]
	delete(d.objects(), u)
	d.objects()[strings.ToUpper(u)] = row
	text := d.text()
	delete(d.objects(), strings.ToUpper(u))
	d.objects()[u] = row
	return text
}

// TwoOfOneUUID are dumps with two rows of one uuid, which is in upper case in at least one of them.
func TwoOfOneUUID(t *testing.T) []string {
	d := newDocument(t)
	u := aPolicy(d)
	row := d.objects()[u]
	d.objects()[strings.ToUpper(u)] = row
	one := d.text()
	delete(d.objects(), u)
	d.objects()[strings.ToUpper(u[:18])+u[18:]] = row
	return []string{one, d.text()}
}

// KeyTaken is a dump in which a network is in upper case everywhere, and a row of useragent that would get the key of another
// one. It also returns the keys of both.
func KeyTaken(t *testing.T) (text, upper, lower string) {
	const place = "another row"
	d := newDocument(t)
	u := aNetwork(d)
	for key := range d.useragent() {
		if strings.HasPrefix(key, u) {
			lower = key
		}
	}
	if lower == "" {
		lower = u + " 10.0.0.0/24"
		d.useragent()[lower] = d.useragent()[useragentRow(d)]
	}
	d.useragent()[place] = d.useragent()[lower]
	text = strings.ReplaceAll(d.text(), u, strings.ToUpper(u))
	return strings.Replace(text, place, lower, 1), strings.Replace(lower, u, strings.ToUpper(u), 1), lower
}
