package salvage

import (
	"fmt"

	"github.com/dumptool/dumptool/dump"
)

// ReportSchema is the value of the member "schema" of a Report.
const ReportSchema = "dumptool.salvage/1"

// Report says what was kept and what is lost.
type Report struct {
	Schema string `json:"schema"`
	File   string `json:"file"`
	// Rows counts the rows that were kept, by keyspace/table.
	Rows map[string]int64 `json:"rows"`
	// Nodes counts the ZooKeeper nodes that were kept.
	Nodes int64 `json:"nodes"`
	// Lost lists what is lost, the first MaxLosses of Losses.
	Lost   []Loss `json:"lost"`
	Losses int64  `json:"losses"`
	// LostBytes is the length of the text that was passed over.
	LostBytes int64 `json:"lost_bytes"`
}

// MaxLosses is the number of losses that a Report lists.
const MaxLosses = 10_000

// Loss is a part of the text that was not kept.
type Loss struct {
	// Start and End are offsets in the text that could be unpacked, in bytes.
	Start int64 `json:"start"`
	End   int64 `json:"end"`
	// Stored are the parts of the stored file that gave no text, where the file
	// is compressed: offsets in bytes.
	Stored []Range `json:"stored,omitempty"`
	// What says what it is, as far as that is known.
	What string `json:"what"`
}

// Range is a part of a file, in bytes.
type Range struct {
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

// Complete tells that nothing is lost.
func (r *Report) Complete() bool { return r.Losses == 0 }

// Kept is the number of rows that were kept.
func (r *Report) Kept() int64 {
	var n int64
	for _, k := range r.Rows {
		n += k
	}
	return n
}

func (r *Report) lose(p dump.Place, what string) { r.add(Loss{Start: p.Start, End: p.End, What: what}) }

// doubt notes text in which all is as it should be, and of which nothing proves that it is what it was: a value may be
// another one.
func (r *Report) doubt(p dump.Place) {
	r.add(Loss{Start: p.End, End: p.End, What: fmt.Sprintf(
		"all looks whole, but what is stored fails its checksum or ends in damage: values in bytes %d to %d may have changed", p.Start, p.End)})
}

// loseCut notes what lies between two sure places. cut tells that it began
// within a table, so that any number of its rows may be missing.
func (r *Report) loseCut(p dump.Place, what string, cut bool, gaps []gap) {
	l := Loss{Start: p.Start, End: p.End, What: what}
	for _, g := range gaps {
		l.Stored = append(l.Stored, Range{g.stored.Start, g.stored.End})
	}
	if len(gaps) > 0 {
		if l.What != "" {
			l.What += "; "
		}
		l.What += gaps[0].why + ": what stood there can't be known"
	}
	if l.What == "" {
		l.What = "bytes that are no part of a dump"
	}
	if cut && len(gaps) > 0 {
		l.What += ", rows of the table may be missing"
	}
	r.add(l)
}

func (r *Report) uncertain(x *slot) {
	r.add(Loss{What: fmt.Sprintf("%d rows that belong to %s or to %s", x.rows, x.name, x.alts[0])})
}

func (r *Report) add(l Loss) {
	r.Losses++
	r.LostBytes += l.End - l.Start
	if len(r.Lost) < MaxLosses {
		r.Lost = append(r.Lost, l)
	}
}
