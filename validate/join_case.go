package validate

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// Rows whose keys are uuids with letters in upper case come together with what names them, by the uuid in lower case. A
// database tells the two apart, so a row is found by just what is written as its key is.

// UpperKey is a row whose key is a uuid with letters in upper case.
type UpperKey struct {
	Row   *Row
	Lower string // its key in lower case
	Free  bool   // no other row has this uuid, in whatever case
	// Names is, where not nil, a place that names the row; the row itself was shown before.
	Names *naming
	// Stuck tells that a cell that names the row can't be moved, since its value is no text.
	Stuck bool
}

// naming is a place that has a uuid in upper case.
type naming struct {
	path  dump.Path
	value string // of a cell: the text that has the uuid in it
	at    int64  // of a cell whose name has it
	key   string // of a row: its key with the uuid in lower case
}

// The kinds of records about uuids in upper case, in the order in which they are needed.
const (
	upperRow byte = iota
	upperStuck
	upperName  // in the name of a cell
	upperValue // in the value of one
	upperKey   // in the key of a row of another table; of these also those in lower case
	upperNode  // the data of a node
)

// inUpperCase tells of a uuid if it has letters in upper case.
func inUpperCase[T string | []byte](uuid T) bool {
	_, usual := parseUUID(uuid)
	return !usual && contrail.ValidUUID(uuid)
}

// noteUpper keeps a record about a uuid in upper case. It is called from both sides of the reading.
func (r *run) noteUpper(kind byte, uuid string, rest []byte) {
	if len(r.hooks.upper) == 0 || kind != upperRow && r.o.Edit == nil {
		return
	}
	r.addUpper(kind, uuid, append([]byte(uuid), rest...))
}

func (r *run) addUpper(kind byte, uuid string, rest []byte) {
	k, _ := keyOf(strings.ToLower(uuid))
	b := append(append(k[:], kind), rest...)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.upper.Add(b); err != nil && r.err == nil {
		r.err = err
	}
}

// upperCell notes a cell whose name has a uuid in upper case.
func (p *reading) upperCell(c *dump.Cell, uuid []byte) {
	if p.collecting || p.o.Edit == nil || !inUpperCase(uuid) {
		return
	}
	kind := upperName
	if !c.Value.IsText {
		kind = upperStuck
	}
	b := p.appendPlace(binary.AppendUvarint(nil, uint64(c.Offset)))
	p.noteUpper(kind, string(uuid), b)
}

// upperText notes a value that has uuids in upper case in it. Of several that are to be changed a repair changes one a round.
func (p *reading) upperText(value []byte) {
	if p.collecting || p.o.Edit == nil {
		return
	}
	eachUUID(value, func(at int) {
		if uuid := value[at : at+uuidLength]; inUpperCase(uuid) {
			p.noteUpper(upperValue, string(uuid), appendText(p.appendPlace(nil), value))
		}
	})
}

// upperRow notes a row of a table other than of objects whose key has uuids in it. The record begins with the key that the
// row would have with the uuid in lower case, so that those come together that would have the same.
func (p *reading) upperRow() {
	if len(p.hooks.upper) == 0 {
		return
	}
	eachUUID(p.key, func(at int) {
		key := string(p.key)
		uuid := key[at : at+uuidLength]
		b := appendText(appendText(nil, p.rd.Keyspace()), p.rd.Table())
		b = appendText(b, key[:at]+strings.ToLower(uuid)+key[at+uuidLength:])
		p.addUpper(upperKey, uuid, appendText(append(b, uuid...), key))
	})
}

// uuidUse is what uuids are in the keys and values of a keyspace other than that of objects.
type uuidUse uint8

const (
	noObjects  uuidUse = iota
	wholeTexts         // names of objects stand there too, which may have uuids in them, and stay: just what is nothing else is a uuid
	anywhere
)

var uuidsIn = map[string]uuidUse{"useragent": anywhere, "dm_keyspace": anywhere, "svc_monitor_keyspace": wholeTexts}

// names tells if uuids in a text can be those of objects.
func (u uuidUse) names(text []byte) bool {
	return u == anywhere || u == wholeTexts && len(text) == uuidLength
}

func (p *reading) appendPlace(b []byte) []byte {
	b = appendText(appendText(b, p.rd.Keyspace()), p.rd.Table())
	return appendText(appendText(b, p.key), p.name)
}

const uuidLength = 36

// uuid takes a uuid as it is written.
func (d *decoder) uuid() string {
	uuid := string(d.b[:uuidLength])
	d.b = d.b[uuidLength:]
	return uuid
}

// eachUUID calls f with where each uuid in a text begins, in whatever case it is.
func eachUUID(text []byte, f func(at int)) {
	const hyphen = 8
	for at := 0; at+uuidLength <= len(text); at++ {
		i := bytes.IndexByte(text[at+hyphen:], '-')
		if i < 0 || at+i+uuidLength > len(text) {
			return
		}
		if at += i; contrail.ValidUUID(text[at : at+uuidLength]) {
			f(at)
			at += uuidLength - 1
		}
	}
}

// upperNode notes a node whose data are a uuid in upper case.
func (j *judge) upperNode(n *Node) {
	if j.o.Edit != nil && inUpperCase(n.Text) {
		j.noteUpper(upperNode, string(n.Text), n.Normal)
	}
}

// joinCase judges the rows with keys in upper case.
func (r *run) joinCase() error {
	it, err := r.upper.Sort()
	if err != nil {
		return err
	}
	var g upperGroup
	for it.Next() {
		d := decoder{it.Record()}
		if k := d.id(); !g.begun || k != g.lower {
			g.end(r)
			g = upperGroup{lower: k, begun: true, rows: g.rows[:0]}
		}
		switch kind := d.byte(); kind {
		case upperRow:
			uuid := d.uuid()
			if row := r.Row(uuid); row != nil && (len(g.rows) == 0 || g.rows[len(g.rows)-1].Key != uuid) {
				g.rows = append(g.rows, row)
			}
		case upperStuck:
			if uuid := d.uuid(); len(g.rows) == 1 && uuid == g.rows[0].Key {
				g.stuck = true
			}
		case upperKey:
			x := naming{path: dump.Path{Level: dump.AtRow, Keyspace: d.text(), Table: d.text()}, key: d.text()}
			uuid := d.uuid()
			x.path.Row = d.text()
			g.otherRow(r, uuid, &x)
		default:
			g.name(r, d.uuid(), takeNaming(kind, &d))
		}
		if err := r.failure(); err != nil {
			return err
		}
	}
	g.end(r)
	return firstError(it.Err(), r.failure())
}

// upperGroup are the records of one uuid while they are gone through.
type upperGroup struct {
	lower id
	begun bool
	rows  []*Row // that have it as their key, with letters in upper case
	stuck bool   // see UpperKey
	shown bool   // the rows are

	// The row of another table that may get another key, and its uuid. It can't if another one has that or may get it.
	other     *naming
	uuid      string
	contested bool
}

// show shows the rows, of which all is known when the first place comes that names them.
func (g *upperGroup) show(r *run) {
	if g.shown {
		return
	}
	g.shown = true
	for _, row := range g.rows {
		r.hooks.upper.call(g.upperKey(r, row))
	}
}

func (g *upperGroup) upperKey(r *run, row *Row) *UpperKey {
	return &UpperKey{Row: row, Lower: g.lower.String(), Free: len(g.rows) == 1 && r.row(g.lower) == nil, Stuck: g.stuck}
}

// name shows a place that has the uuid, if it is written there as in the key of the row.
func (g *upperGroup) name(r *run, uuid string, x *naming) {
	g.show(r)
	if len(g.rows) != 1 || g.rows[0].Key != uuid {
		return
	}
	u := g.upperKey(r, g.rows[0])
	u.Names = x
	r.hooks.upper.call(u)
}

// otherRow takes a row of another table. Those that have or would have the same key come one after another.
func (g *upperGroup) otherRow(r *run, uuid string, x *naming) {
	last := g.other
	if last == nil || last.path.Keyspace != x.path.Keyspace || last.path.Table != x.path.Table || last.key != x.key {
		g.endOther(r)
		g.other, g.uuid, g.contested = x, uuid, false
		return
	}
	g.contested = g.contested || last.path.Row != x.path.Row
}

func (g *upperGroup) endOther(r *run) {
	if g.other != nil && !g.contested {
		g.name(r, g.uuid, g.other)
	}
	g.other = nil
}

func (g *upperGroup) end(r *run) {
	g.endOther(r)
	g.show(r)
}

func takeNaming(kind byte, d *decoder) *naming {
	var x naming
	if kind == upperNode {
		x.path = nodeAt(string(d.b))
		return &x
	}
	if kind == upperName {
		x.at = int64(d.uint())
	}
	x.path = dump.Path{Level: dump.AtColumn, Keyspace: d.text(), Table: d.text(), Row: d.text(), Column: d.text()}
	if kind == upperValue {
		x.value = d.text()
	}
	return &x
}

// respell are the edits that write the uuid in lower case where it names the row.
func (u *UpperKey) respell() []Edit {
	x := u.Names
	lower := func(text string) string {
		i := strings.LastIndex(text, u.Row.Key) // a name that has it too stands before it
		return text[:i] + u.Lower + text[i+len(u.Lower):]
	}
	var edits []Edit
	switch {
	case x.path.Level == dump.AtZNode:
		edits = []Edit{setNode(x.path.Node, u.Lower)}
	case x.path.Level == dump.AtRow:
		edits = []Edit{{Op: RenameRow, Path: x.path, Value: x.key}}
	case x.value != "":
		edits = []Edit{setCell(x.path, lower(x.value))}
	default:
		edits = moveCell(x.path, x.at, lower(x.path.Column))
	}
	for i := range edits {
		edits[i].Stage = Shape
	}
	return edits
}
