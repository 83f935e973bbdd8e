package validate

import (
	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

const (
	shareStored byte = iota
	shareWanted
)

// shareCell takes a cell of obj_shared_table.
func (p *reading) shareCell(c *dump.Cell) {
	if p.collecting {
		return
	}
	value := p.text(&c.Value)
	p.inv.Shared++
	if c.Value.IsText && !c.Value.Long() && !gjson.ValidBytes(value) {
		p.inv.notJSON(&Cell{Keyspace: objectKeyspace, Table: sharedTable, Key: p.key, Column: p.name})
	}
	if p.o.Edit != nil {
		p.upperShare(c)
	}
	p.flow.cell(shared, p.key, p.name, value)
}

// noteSharing keeps a cell of obj_shared_table.
func (r *run) noteSharing(typ, column, value []byte) {
	x, ok := contrail.ParseShareColumn(column)
	uuid := ""
	if ok {
		uuid = string(x.UUID)
	}
	r.shareRecord(string(typ), string(column), shareStored, uuid, string(value))
}

func (r *run) shareRecord(typ, column string, kind byte, uuid, value string) {
	h := hashID(typ, column)
	b := append(h[:], kind)
	r.shares.add(appendText(appendText(appendText(appendText(b, typ), column), uuid), value))
}

// noteShares keeps what the perms2 of a row want in obj_shared_table.
func (r *run) noteShares(row *Row) {
	c := row.prop("perms2")
	if c == nil || !c.JSON || row.Type == "" {
		return
	}
	v := gjson.ParseBytes(c.Value)
	if n, ok := uintOf(v.Get("global_access")); (!ok || n == 0) && len(v.Get("share").Array()) == 0 {
		return // as nearly all
	}
	b := contrail.NewObjectBuilder(row.Key)
	b.Add([]byte("prop:perms2"), c.Value)
	o := b.Object()
	for _, s := range o.Shares() {
		r.shareRecord(row.Type, s.Column, shareWanted, row.Key, s.Value)
	}
}

// joinShares judges obj_shared_table.
func (r *run) joinShares() error {
	return r.shares.groups(func(_ id, payloads [][]byte) error {
		var s Sharing
		for _, p := range payloads {
			d := decoder{p}
			kind := d.byte()
			s.Type, s.Column = d.text(), d.text()
			uuid, value := d.text(), d.text()
			s.UUID = uuid
			if kind == shareStored {
				s.Present, s.Has, s.Malformed = true, value, uuid == ""
			} else {
				s.Wanted, s.Wants = true, value
			}
		}
		if s.UUID != "" {
			s.Row = r.Row(s.UUID)
		}
		r.hooks.share.call(&s)
		return r.failure()
	})
}

// upperShare notes a column in which uuids are in upper case; of both a repair changes one a round.
func (p *reading) upperShare(c *dump.Cell) {
	x, ok := contrail.ParseShareColumn(p.name)
	if !ok {
		return
	}
	if p.upperCell(c, x.UUID); !inUpperCase(x.UUID) {
		p.upperCell(c, x.ID)
	}
}
