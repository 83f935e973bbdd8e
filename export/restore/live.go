package restore

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/dump"
)

// writeLive writes what the databases hold where the plan has put something, as a dump. A cell that will expire has the
// time of that as a third element. With strangers it passes over tables that are not there, and has all nodes that were
// changed.
func writeLive(ctx context.Context, w io.Writer, p *Plan, t Target, clock func() time.Time, others *strangers) error {
	b := bufio.NewWriterSize(w, 256<<10)
	b.WriteString(`{"cassandra": {`)
	for i, k := range p.Keyspaces {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%s: {", name(k.Name))
		for j, table := range k.Tables {
			if j > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(b, "%s: {", name(table.Name))
			if others.absent(k.LiveName, table.Name) {
				b.WriteString("}")
				continue
			}
			if err := writeTable(ctx, b, t.Cassandra, k.LiveName, table.Name, clock); err != nil {
				return fmt.Errorf("read %s.%s: %w", k.LiveName, table.Name, err)
			}
			b.WriteString("}")
		}
		b.WriteString("}")
	}
	b.WriteString(`}, "zookeeper": "[`)
	nodes := &nodeLister{ctx: ctx, z: t.ZooKeeper, w: b, changed: others != nil}
	for _, top := range p.ZooKeeper.Tops {
		if err := nodes.below(top); err != nil {
			return fmt.Errorf("read the ZooKeeper nodes below %s: %w", top, err)
		}
	}
	b.WriteString(`]"}`)
	return b.Flush()
}

func writeTable(ctx context.Context, b *bufio.Writer, c Cassandra, keyspace, table string, clock func() time.Time) error {
	var last []byte
	var text []byte
	rows := false
	err := c.Read(ctx, keyspace, table, func(key []byte, cell *Cell) error {
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
			text = strconv.AppendInt(text, clock().Unix()+int64(cell.TTL), 10)
		}
		text = append(text, ']')
		_, err := b.Write(text)
		return err
	})
	if rows {
		b.WriteString("}")
	}
	return err
}

// appendText appends bytes as a JSON string, as an export does: halves of surrogate pairs that are encoded as text are what
// they are, unless something else is not UTF-8; then every byte that is not becomes \udcXX.
func appendText(b, text []byte) []byte {
	wtf8 := isWTF8(text)
	b = append(b, '"')
	for len(text) > 0 {
		c := text[0]
		if c < utf8.RuneSelf {
			if c < 0x20 || c == '"' || c == '\\' {
				b = fmt.Appendf(b, `\u%04x`, c)
			} else {
				b = append(b, c)
			}
			text = text[1:]
			continue
		}
		r, n := utf8.DecodeRune(text)
		switch {
		case r != utf8.RuneError || n > 1:
			b = append(b, text[:n]...)
		case wtf8:
			b = fmt.Appendf(b, `\ud%03x`, int(text[1]&0x3f)<<6|int(text[2]&0x3f))
			n = 3
		default:
			b = fmt.Appendf(b, `\udc%02x`, c)
			n = 1
		}
		text = text[n:]
	}
	return append(b, '"')
}

// isWTF8 tells if bytes are UTF-8 in which halves of surrogate pairs may be encoded.
func isWTF8(text []byte) bool {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n <= 1 {
			if len(text) < 3 || text[0] != 0xed || text[1]&0xe0 != 0xa0 || text[2]&0xc0 != 0x80 {
				return false
			}
			n = 3
		}
		text = text[n:]
	}
	return true
}

// nodeLister writes the entries of nodes, escaped for the string that holds the list.
type nodeLister struct {
	ctx  context.Context
	z    ZooKeeper
	w    *bufio.Writer
	some bool
	buf  []byte
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
			g.Go(func() (err error) {
				if nodes[i], err = l.z.Get(ctx, path); err != nil {
					return err
				}
				children[i], _, err = l.z.Children(ctx, path)
				return err
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
	if !isWTF8(n.Data) {
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
	return NodeExtra{Data: realBytes(data)}, err
}
