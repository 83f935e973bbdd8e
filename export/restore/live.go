package restore

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/unload"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/internal/wtf8"
)

// liveWriter writes what the databases hold where the plan has put something, as a dump. A cell that will expire has the time
// of that as a third element. What fails is tried again: servers may end while everything is read back.
type liveWriter struct {
	plan     *Plan
	target   Target
	clock    func() time.Time
	temp     spill.Dir
	patience time.Duration
	pace     *pace
	// others, if not nil, know which tables are not there and are passed over, and want all nodes that were changed.
	others *strangers

	mu   sync.Mutex // of w and rows
	w    *bufio.Writer
	rows bool // of the table at hand
}

// rangesAtOnce is how many ranges of a table are read at once.
const rangesAtOnce = 4

func (l *liveWriter) write(ctx context.Context) error {
	l.w.WriteString(`{"cassandra": {`)
	for i := range l.plan.Keyspaces {
		k := &l.plan.Keyspaces[i]
		if i > 0 {
			l.w.WriteString(", ")
		}
		fmt.Fprintf(l.w, "%s: {", name(k.Name))
		for j := range k.Tables {
			if j > 0 {
				l.w.WriteString(", ")
			}
			fmt.Fprintf(l.w, "%s: {", name(k.Tables[j].Name))
			if l.others.absent(k.LiveName, k.Tables[j].Name) {
				l.w.WriteString("}")
				continue
			}
			if err := l.table(ctx, k, &k.Tables[j]); err != nil {
				return fmt.Errorf("read %s.%s: %w", k.LiveName, k.Tables[j].Name, err)
			}
			l.w.WriteString("}")
		}
		l.w.WriteString("}")
	}
	l.w.WriteString(`}, "zookeeper": "[`)
	nodes := &nodeLister{
		ctx: ctx, z: l.target.ZooKeeper, w: l.w, patience: l.patience, pace: newPace(together, l.pace.pause), changed: l.others != nil,
	}
	for _, top := range l.plan.ZooKeeper.Tops {
		if err := nodes.below(top); err != nil {
			return fmt.Errorf("read the ZooKeeper nodes below %s: %w", top, err)
		}
	}
	l.w.WriteString(`]"}`)
	return l.w.Flush()
}

// table writes the rows of a table, range by range as they come.
func (l *liveWriter) table(ctx context.Context, k *PlannedKeyspace, t *PlannedTable) error {
	l.rows = false
	var ranges []unload.Range
	err := l.pace.try(ctx, l.patience, func(ctx context.Context) (err error) {
		ranges, err = l.target.Cassandra.Ranges(ctx, t.Cells)
		return err
	})
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(rangesAtOnce)
	for _, r := range ranges {
		g.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			rows := unload.NewStream(l.temp)
			defer rows.Close()
			err := l.pace.try(ctx, l.patience, func(ctx context.Context) error {
				rows.Close() // what an earlier try has read
				return l.read(ctx, rows, k.LiveName, t.Name, r)
			})
			if err != nil || rows.Size() == 0 {
				return err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.rows {
				l.w.WriteString(", ")
			}
			l.rows = true
			_, err = rows.WriteTo(l.w)
			return err
		})
	}
	return g.Wait()
}

// read writes the rows of a range.
func (l *liveWriter) read(ctx context.Context, w io.Writer, keyspace, table string, r unload.Range) error {
	var last, text []byte
	rows := false
	err := l.target.Cassandra.Read(ctx, keyspace, table, r, func(key []byte, cell *Cell) error {
		text = text[:0]
		switch {
		case !rows || !bytes.Equal(key, last):
			if rows {
				text = append(text, "}, "...)
			}
			rows = true
			last = append(last[:0], key...)
			text = append(appendText(text, key), ": {"...)
		default:
			text = append(text, ", "...)
		}
		text = append(appendText(text, cell.Name), ": ["...)
		text = append(appendText(text, cell.Value), ", "...)
		text = strconv.AppendInt(text, cell.Time, 10)
		if cell.TTL > 0 {
			text = append(text, ", "...)
			text = strconv.AppendInt(text, l.clock().Unix()+int64(cell.TTL), 10)
		}
		text = append(text, ']')
		_, err := w.Write(text)
		return err
	})
	if err == nil && rows {
		_, err = w.Write([]byte("}"))
	}
	return err
}

// appendText appends bytes as a JSON string.
func appendText(b, text []byte) []byte {
	b, _ = dump.AppendBytes(b, text)
	return b
}

// nodeLister writes the entries of nodes, escaped for the string that holds the list.
type nodeLister struct {
	ctx      context.Context
	z        ZooKeeper
	w        *bufio.Writer
	patience time.Duration
	pace     *pace
	some     bool
	buf      []byte
	// changed lists inner nodes without data too if they were changed.
	changed bool
}

// together is how many nodes are asked for at once.
const together = 64

// below writes a node and all nodes below it, level by level. Nodes without data that have children are left out.
func (l *nodeLister) below(top string) error {
	paths := []string{top}
	for len(paths) > 0 {
		n := min(together, len(paths))
		some := paths[len(paths)-n:]
		nodes := make([]*LiveNode, n)
		children := make([][]string, n)
		g, ctx := errgroup.WithContext(l.ctx)
		for i, path := range some {
			g.Go(func() error {
				return l.pace.try(ctx, l.patience, func(ctx context.Context) (err error) {
					if nodes[i], err = l.z.Get(ctx, path); err != nil {
						return err
					}
					children[i], _, err = l.z.Children(ctx, path)
					return err
				})
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		var next []string
		for i, path := range some {
			if nodes[i] == nil {
				continue
			}
			if len(children[i]) == 0 || len(nodes[i].Data) > 0 || nodes[i].Null || l.changed && nodes[i].Version != 0 {
				if err := l.entry(path, nodes[i]); err != nil {
					return err
				}
			}
			for _, c := range children[i] {
				next = append(next, strings.TrimSuffix(path, "/")+"/"+c)
			}
		}
		paths = append(paths[:len(paths)-n], next...)
	}
	return nil
}

func (l *nodeLister) entry(path string, n *LiveNode) error {
	b := l.buf[:0]
	b = append(b, '[')
	b = append(appendText(b, []byte(path+"/")), ", ["...)
	if n.Null {
		b = append(b, "null"...)
	} else {
		b = appendText(b, n.Data)
	}
	owner := 0
	if n.Ephemeral {
		owner = 1
	}
	raw := 0
	if !wtf8.Valid(n.Data) {
		raw = 1
	}
	b = fmt.Appendf(b, ", [%d, 0, 0, 0, %d, 0, 0, %d, 0, 0, 0]]]", raw, n.Version, owner)
	l.buf = b
	if l.some {
		l.w.WriteString(", ")
	}
	l.some = true
	escaped := appendText(nil, b)
	_, err := l.w.Write(escaped[1 : len(escaped)-1])
	return err
}

// liveExtras reads the third elements that writeLive has written.
type liveExtras struct{ noExtras }

func (liveExtras) Cell(_, _ string, _ dump.Text, c *dump.Cell) (CellExtra, error) {
	if c.Extra == nil {
		return CellExtra{}, nil
	}
	expiry, err := strconv.ParseInt(strings.TrimSpace(string(c.Extra)), 10, 64)
	return CellExtra{Expiry: expiry}, err
}

// Node turns data that was no text back, which the first number of the stat tells.
func (liveExtras) Node(z *dump.ZNode) (NodeExtra, error) {
	if !bytes.HasPrefix(z.Stat, []byte("[1,")) {
		return NodeExtra{}, nil
	}
	data, err := io.ReadAll(z.Data.OpenDecoded())
	return NodeExtra{Data: wtf8.Bytes(data)}, err
}
