package generate

import "io"

// Write writes the dump that the options describe.
func Write(w io.Writer, o Options) (Stats, error) {
	g, err := newGenerator(o)
	if err != nil {
		return Stats{}, err
	}
	return (&world{generator: g}).write(w, g.ordering(), &workspace{sorter: newSorter()})
}

func (g *generator) ordering() ordering {
	return ordering{
		columns:   g.options.UnsortedColumns,
		zookeeper: g.options.ZooKeeperFirst,
		key:       g.draw(streamOrder, 0),
	}
}

// PairStats counts what WritePair wrote.
type PairStats struct {
	Before, After Stats
	// Changes counts the changes by the names of ChangeKinds.
	Changes map[string]int
}

// WritePair writes the dump that the options describe, a second one in which
// Options.Changes objects are changed and everything that follows from them
// is too, and the truth: one JSON document with the list of primary changes,
//
//	{"schema": "dumptool.generate-truth/1", "seed", "objects", "counts": {KIND: n}, "changes": [...]}
//
// each in the form of an object change of the diff's JSON, without edits and
// timestamps. A writer that is nil is left out. An object has at most one
// change. It is an error to ask for more changes than there are objects for.
func WritePair(before, after, truth io.Writer, o Options) (PairStats, error) {
	var stats PairStats
	g, err := newGenerator(o)
	if err != nil {
		return stats, err
	}
	p, err := g.plan()
	if err != nil {
		return stats, err
	}
	stats.Changes = p.countsByName()
	order := g.ordering()
	space := &workspace{sorter: newSorter()}
	if before != nil {
		if stats.Before, err = p.before.write(before, order, space); err != nil {
			return stats, err
		}
	}
	if after != nil {
		if g.options.AfterShuffled {
			order = ordering{shuffled: true, columns: true, zookeeper: !order.zookeeper, key: g.draw(streamOrder, 1)}
		}
		if stats.After, err = p.after.write(after, order, space); err != nil {
			return stats, err
		}
	}
	if truth != nil {
		err = p.writeTruth(truth)
	}
	return stats, err
}
