package validate

import "time"

// Options are the ways to validate.
type Options struct {
	// Rules are those to apply; nil means all.
	Rules map[*Rule]bool
	// Now is the time against which timestamps are late. Zero: nothing is late.
	Now time.Time
	// ASN is taken where the dump tells no AS number; 0 means 64512.
	ASN uint32
	// Target is what is known of where the dump is to be restored; nil: nothing.
	Target *Target
	// Servers is what is known of the live system that the dump is of; nil: it is a file.
	Servers *Servers
	// Compat groups findings as the original tool does: its errors about a set are one finding.
	Compat bool
	// BySeverity hands out findings by severity first, the worst first.
	BySeverity bool
	// Edit, if not nil, takes the edits that mend findings, in no order.
	Edit func(*Edit) error
	// Named are rules that remove objects even if others depend on them.
	Named map[*Rule]bool
	// Known, if not nil, tells of findings that are known already: they are only counted.
	Known func(*Finding) bool
}

// Target is what is known of the system that a dump is to be restored to.
type Target struct {
	ClusterID        string
	HasClusterID     bool
	CassandraVersion string // such as 3.11.19; empty if it isn't known
	// Keyspaces are the only ones that the target allows; empty: all.
	Keyspaces []string
	// Filled names what the target holds already: tables with a row as KEYSPACE/TABLE, top directories of ZooKeeper as
	// zk:/NAME. HasContent tells that it is known.
	Filled     []string
	Tables     []string // KEYSPACE/TABLE that the target has, filled or not
	HasContent bool
}

// Summary counts what was found.
type Summary struct {
	Findings map[Severity]int64
	ByRule   map[string]int64
	// Skipped lists selected rules that couldn't be applied, with the reason.
	Skipped []Skipped
	// Incomplete tells why the dump could not be read to its end; what needs all of it was left out. Nil: it was.
	Incomplete error
	// Known is how many findings were known already.
	Known   int64
	Objects int64
	Nodes   int64
	// Newest is the newest timestamp that isn't in the future, in microseconds; 0 if there is none.
	Newest int64
}

// Skipped is a rule that couldn't be applied.
type Skipped struct {
	Rule   *Rule
	Reason string
}

// Worst returns the highest severity among the findings; 0 if there are none.
func (s *Summary) Worst() Severity {
	worst := Severity(0)
	for v, n := range s.Findings {
		if n > 0 {
			worst = max(worst, v)
		}
	}
	return worst
}
