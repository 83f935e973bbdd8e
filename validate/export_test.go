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
