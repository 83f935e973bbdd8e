package validate

import "testing"

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
