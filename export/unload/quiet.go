package unload

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/spill"
)

// Quiet says whether anything changed while the databases were read: the write
// times of all cells were read once more afterwards, rows were written meanwhile
// by those, and of ZooKeeper whatever has a later transaction than the last one
// before. What was deleted before its turn to be read came is not noticed.
type Quiet struct {
	// Changed tells that something did.
	Changed bool `json:"changed"`
	// Rows are the rows that changed, as paths, and Nodes the ZooKeeper nodes; the first MaxChanged of them.
	Rows  []string `json:"rows"`
	Nodes []string `json:"nodes"`
	// More is how many there are beyond those.
	More int64 `json:"more,omitempty"`
	// APIServer tells that an API server was elected, so that changes are possible.
	APIServer bool `json:"api_server"`
	// ZooKeeperUnknown tells that no server of ZooKeeper says what its last transaction is: nothing is known of its nodes.
	ZooKeeperUnknown bool `json:"zookeeper_unknown,omitempty"`
}

// MaxChanged is the number of changes that Quiet lists.
const MaxChanged = 1000

// check reads the write times again and compares them.
func (u *unloader) check(ctx context.Context, times *spill.Sorter) (*Quiet, error) {
	q := &Quiet{Rows: []string{}, Nodes: []string{}}
	if err := u.readTimes(ctx, times); err != nil {
		return nil, err
	}
	if err := u.compareTimes(times, q); err != nil {
		return nil, err
	}
	if u.plan.ZooKeeper {
		before := *q
		err := u.patiently(ctx, "look which ZooKeeper nodes have changed", func() error {
			*q = before // what an earlier try has found
			return u.checkNodes(ctx, q)
		})
		if err != nil {
			return nil, err
		}
	}
	return q, nil
}

// readTimes reads the write times of all units, some at the same time.
func (u *unloader) readTimes(ctx context.Context, times *spill.Sorter) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(u.o.Workers)
	add := make(chan struct{}, 1) // the sorter is for one at a time
	for i := range u.plan.Units {
		x := &u.plan.Units[i]
		if x.Table < 0 {
			continue
		}
		g.Go(func() error {
			part := newPart(u.o.Temp)
			defer part.Close()
			err := u.patiently(ctx, "read the write times of "+u.plan.Tables[x.Table].Name, func() error {
				part.Close() // what an earlier try has read
				return u.timesOf(ctx, x, part)
			})
			if err != nil {
				return err
			}
			add <- struct{}{}
			defer func() { <-add }()
			return eachRecord(part.Times.reader(), times.Add)
		})
	}
	return g.Wait()
}

func (u *unloader) timesOf(ctx context.Context, x *unit, part *Part) error {
	t := u.plan.Tables[x.Table].live()
	var key []byte
	var sum rowSum
	open := false
	end := func() error {
		if !open {
			return nil
		}
		rec := timesRecord(nil, uint16(x.Table), key, 1, &sum)
		_, err := part.Times.Write(append(binary.AppendUvarint(nil, uint64(len(rec))), rec...))
		return err
	}
	err := u.cassandra.Times(ctx, &t, x.Range, func(c *Cell) error {
		if !open || !bytes.Equal(c.Key, key) {
			if err := end(); err != nil {
				return err
			}
			open, key = true, append(key[:0], c.Key...)
			sum.next()
		}
		sum.add(c.Name, c.Time)
		return u.pace.spend(ctx, len(c.Name)+8)
	})
	if err != nil {
		return err
	}
	return end()
}

// compareTimes finds the rows that the two readings disagree about.
func (u *unloader) compareTimes(times *spill.Sorter, q *Quiet) error {
	it, err := times.Sort()
	if err != nil {
		return err
	}
	var last []byte // the record of the first reading
	const sumLen = 32
	now := u.o.Clock().UnixMicro()
	rowOf := func(rec []byte) []byte { return rec[:len(rec)-sumLen-1] }
	changed := func(rec []byte) {
		t := &u.plan.Tables[int(rec[0])<<8|int(rec[1])]
		key, _, _ := index.CutPart(rec[2:])
		path := dump.Path{Level: dump.AtRow, Keyspace: t.Keyspace, Table: t.Name, Row: string(key)}
		q.change(&q.Rows, path.String())
	}
	for it.Next() {
		rec := it.Record()
		if len(last) > 0 && bytes.Equal(rowOf(last), rowOf(rec)) {
			// A row that was written before its turn came is the same in both readings.
			newest := int64(binary.BigEndian.Uint64(rec[len(rec)-8:]))
			if newest > u.plan.StartedMicros && newest <= now || !bytes.Equal(last[len(last)-sumLen:], rec[len(rec)-sumLen:]) {
				changed(rec)
			}
			last = last[:0]
			continue
		}
		if len(last) > 0 {
			changed(last)
		}
		last = append(last[:0], rec...)
	}
	if len(last) > 0 {
		changed(last)
	}
	return it.Err()
}

func (q *Quiet) change(list *[]string, what string) {
	q.Changed = true
	if len(*list) < MaxChanged {
		*list = append(*list, what)
	} else {
		q.More++
	}
}

// checkNodes finds the nodes that have changed since the beginning.
func (u *unloader) checkNodes(ctx context.Context, q *Quiet) error {
	root := ""
	if u.o.ClusterID != "" {
		root = "/" + u.o.ClusterID
	}
	elected, _, err := u.zookeeper.Children(ctx, root+"/api-server-election")
	if err != nil && !errors.Is(err, ErrNoAccess) {
		return err
	}
	q.APIServer = len(elected) > 0
	before := u.plan.Zxid
	if before == 0 {
		q.ZooKeeperUnknown = true
		return nil
	}
	after, err := u.zookeeper.Zxid(ctx)
	if err != nil {
		return err
	}
	if after == before {
		return nil
	}
	c := &lateNodes{u: u, ctx: ctx, q: q, before: before}
	starts := []string{root}
	if root != "" && !u.o.ZKCompat {
		starts = append(starts, outsideFamilies...)
	}
	for i, path := range starts {
		if err := c.below(path, i == 0); err != nil {
			return err
		}
	}
	return nil
}

// lateNodes looks for nodes with a transaction after the export began.
type lateNodes struct {
	u      *unloader
	ctx    context.Context
	q      *Quiet
	before int64
}

func (c *lateNodes) below(path string, top bool) error {
	real := path
	if real == "" {
		real = "/"
	}
	names, found, err := c.u.zookeeper.Children(c.ctx, real)
	if err != nil || !found {
		return c.tolerate(err)
	}
	for start := 0; start < len(names); start += nodesAtOnce {
		batch := names[start:min(start+nodesAtOnce, len(names))]
		nodes := make([]*Node, len(batch))
		var g errgroup.Group
		for i, name := range batch {
			if top && contrail.IsIgnored([]byte(name)) || path == "" && name == "zookeeper" {
				continue
			}
			g.Go(func() (err error) {
				nodes[i], err = c.u.zookeeper.Node(c.ctx, path+"/"+name)
				return c.tolerate(err)
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		for i, n := range nodes {
			if n == nil {
				continue
			}
			child := path + "/" + batch[i]
			if n.Stat.Mzxid > c.before || n.Stat.Pzxid > c.before {
				c.q.change(&c.q.Nodes, dump.Path{Level: dump.AtZNode, Node: child}.String())
			}
			if n.Stat.NumChildren > 0 {
				if err := c.below(child, false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// tolerate lets nodes pass that may not be read, if the export did.
func (c *lateNodes) tolerate(err error) error {
	if err != nil && c.u.o.SkipUnreadable && errors.Is(err, ErrNoAccess) {
		return nil
	}
	return err
}
