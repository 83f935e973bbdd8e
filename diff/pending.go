package diff

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsontree"
	"github.com/dumptool/dumptool/internal/spill"
)

// pendings collects differences that may turn out to be derived. Their
// questions are sorted by what they are about, so that all are answered in one
// pass over the rows of each side, however many there are.
type pendings struct {
	count   int64
	items   *spill.File // one after another
	w       *bufio.Writer
	byRow   [2]*spill.Sorter // hash of the row key, number of the item, question
	byName  [2]*spill.Sorter // hash of type and name, number of the item, question
	targets [2]*spill.Sorter // the same as byRow for rows of route_target_table
	answers *spill.Sorter    // number of the item, answer
	temp    spill.Dir
	memory  int64
}

// pendingItem is one difference.
type pendingItem struct {
	reason    Reason
	record    []byte // to be added to the drafts, or a change of its own
	isChange  bool
	questions []aboutRow
}

type aboutRow struct {
	side   int
	hash   dump.Hash
	byName bool
	q      question
}

func newPending(r Reason) *pendingItem { return &pendingItem{reason: r} }

// askRow asks about the object with a uuid.
func (p *pendingItem) askRow(side int, uuid string, q question) {
	q.key = uuid
	p.questions = append(p.questions, aboutRow{side: side, hash: textHash(uuid), q: q})
}

// askName asks about the object with a type and a joined name.
func (p *pendingItem) askName(side int, typ, name string, q question) {
	q.typ, q.owner = typ, name
	p.questions = append(p.questions, aboutRow{side: side, hash: joinedHash(typ, name), q: q, byName: true})
}

func (p *pendings) init(temp spill.Dir, memory int64) {
	p.temp, p.memory = temp, memory
	for i := range 2 {
		p.byRow[i] = spill.NewSorter(temp, memory/32)
		p.byName[i] = spill.NewSorter(temp, memory/32)
		p.targets[i] = spill.NewSorter(temp, memory/64)
	}
	p.answers = spill.NewSorter(temp, memory/32)
}

func (p *pendings) close() {
	for i := range 2 {
		p.byRow[i].Close()
		p.byName[i].Close()
		p.targets[i].Close()
	}
	p.answers.Close()
	p.items.Close()
}

func (q *question) encode(e *encoder) {
	e.num(int(q.kind))
	e.flag(q.present)
	for _, s := range []string{q.key, q.value, q.column, q.typ, q.path, q.owner} {
		e.str(s)
	}
}

func (q *question) decode(d *decoder) {
	q.kind = questionKind(d.num())
	q.present = d.flag()
	for _, s := range []*string{&q.key, &q.value, &q.column, &q.typ, &q.path, &q.owner} {
		*s = d.str()
	}
}

// add keeps an item and its questions.
func (p *pendings) add(item *pendingItem) error {
	if p.items == nil {
		f, err := p.temp.Create()
		if err != nil {
			return err
		}
		p.items = f
		p.w = bufio.NewWriterSize(f, 64<<10)
	}
	n := p.count
	p.count++
	e := encoder{}
	e.str(string(item.reason))
	e.flag(item.isChange)
	e.str(string(item.record))
	p.w.Write(binary.AppendUvarint(nil, uint64(len(e.b))))
	if _, err := p.w.Write(e.b); err != nil {
		return err
	}
	for i := range item.questions {
		a := &item.questions[i]
		e := encoder{b: binary.BigEndian.AppendUint64(appendHash(nil, a.hash), uint64(n))}
		a.q.encode(&e)
		sorter := p.byRow[a.side]
		switch {
		case a.byName:
			sorter = p.byName[a.side]
		case a.q.kind == askTarget:
			sorter = p.targets[a.side]
		}
		if err := sorter.Add(e.b); err != nil {
			return err
		}
	}
	return nil
}

// answer notes the answer to a question of item n.
func (p *pendings) answer(n []byte, agrees bool) error {
	a := append(append([]byte(nil), n...), 0)
	if agrees {
		a[8] = 1
	}
	return p.answers.Add(a)
}

// resolve answers all questions and sends each item where it belongs.
func (c *comparison) resolve() error {
	p := &c.pending
	if p.count == 0 {
		return nil
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	for i := range 2 {
		if err := c.resolveNames(i); err != nil {
			return err
		}
		if err := c.resolveRows(i); err != nil {
			return err
		}
		if err := c.resolveTargets(i); err != nil {
			return err
		}
	}
	it, err := p.answers.Sort()
	if err != nil {
		return err
	}
	r := bufio.NewReaderSize(p.items.Section(0, p.items.Size()), 64<<10)
	more := it.Next()
	for n := range p.count {
		agrees := true
		for more && int64(binary.BigEndian.Uint64(it.Record())) == n {
			agrees = agrees && it.Record()[8] == 1
			more = it.Next()
		}
		size, err := binary.ReadUvarint(r)
		if err != nil {
			return err
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return err
		}
		d := decoder{b: b}
		reason, isChange, record := Reason(d.str()), d.flag(), d.str()
		if err := d.err(); err != nil {
			return err
		}
		switch {
		case agrees:
			c.ignore(reason)
		case isChange:
			d := decoder{b: []byte(record), sources: c.sources()}
			ch := d.change()
			if err := d.err(); err != nil {
				return err
			}
			if err := c.emit(ch); err != nil {
				return err
			}
		default:
			if err := c.drafts.Add([]byte(record)); err != nil {
				return err
			}
		}
	}
	return it.Err()
}

// resolveNames turns questions about names into questions about the rows that
// have the names. A name that nobody has answers its question.
func (c *comparison) resolveNames(i int) error {
	p := &c.pending
	if c.indexed {
		return c.resolveIndexedNames(i)
	}
	asked, err := p.byName[i].Sort()
	if err != nil {
		return err
	}
	if !asked.Next() {
		return asked.Err()
	}
	names, err := c.namesOf(i)
	if err != nil {
		return err
	}
	more := names.Next()
	for ok := true; ok; {
		rec := bytes.Clone(asked.Record())
		for more && bytes.Compare(names.Record()[:16], rec[:16]) < 0 {
			more = names.Next()
		}
		var q question
		d := decoder{b: rec[24:]}
		q.decode(&d)
		if err := d.err(); err != nil {
			return err
		}
		found := more && bytes.Equal(names.Record()[:16], rec[:16])
		if !found || q.kind == askName {
			if err := p.answer(rec[16:24], found == q.present); err != nil {
				return err
			}
		} else if err := p.byRow[i].Add(append(bytes.Clone(names.Record()[16:32]), rec[16:]...)); err != nil {
			return err
		}
		ok = asked.Next()
	}
	if names.Err() != nil {
		return names.Err()
	}
	return asked.Err()
}

// resolveRows answers the questions about the objects of one side.
func (c *comparison) resolveRows(i int) error {
	if c.indexed {
		return c.resolveIndexedRows(i)
	}
	return c.resolveTable(i, c.pending.byRow[i], configKeyspace, "obj_uuid_table")
}

// resolveTable answers the questions about the rows of a table of one side.
func (c *comparison) resolveTable(i int, questions *spill.Sorter, keyspace, name string) error {
	s := c.side(i)
	asked, err := questions.Sort()
	if err != nil {
		return err
	}
	rows, err := s.rows.Sort()
	if err != nil {
		return err
	}
	table := binary.BigEndian.AppendUint32(nil, c.tables.id(keyspace, name))
	moreRows := rows.Next()
	for moreRows && bytes.Compare(rows.Record()[:tableLen], table) < 0 {
		moreRows = rows.Next()
	}
	var batch batch
	ok := asked.Next()
	for ok {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		key := bytes.Clone(asked.Record()[:16])
		for moreRows && bytes.Equal(rows.Record()[:tableLen], table) && bytes.Compare(rows.Record()[tableLen:rowKeyLen], key) < 0 {
			moreRows = rows.Next()
		}
		var rec *rowRecord
		if moreRows && bytes.Equal(rows.Record()[:tableLen], table) && bytes.Equal(rows.Record()[tableLen:rowKeyLen], key) {
			rec = &rowRecord{}
			rec.parse(rows.Record())
		}
		for ok && bytes.Equal(asked.Record()[:16], key) {
			if err := batch.add(asked.Record()); err != nil {
				return err
			}
			ok = asked.Next()
			if len(batch.numbers) == maxBatch {
				if err := c.answerBatch(s, rec, &batch); err != nil {
					return err
				}
			}
		}
		if err := c.answerBatch(s, rec, &batch); err != nil {
			return err
		}
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	return asked.Err()
}

// maxBatch bounds the questions about one row that are answered at once.
const maxBatch = 20_000

// batch is a number of questions about one row.
type batch struct {
	numbers   [][]byte
	questions []question
}

func (b *batch) add(rec []byte) error {
	var q question
	d := decoder{b: rec[24:]}
	q.decode(&d)
	b.numbers = append(b.numbers, bytes.Clone(rec[16:24]))
	b.questions = append(b.questions, q)
	return d.err()
}

func (c *comparison) answerBatch(s *side, rec *rowRecord, b *batch) error {
	if len(b.numbers) == 0 {
		return nil
	}
	src := &source{}
	if rec != nil {
		asked := map[string]bool{}
		for i := range b.questions {
			asked[b.questions[i].column] = true
		}
		uuid, err := s.rowKey(rec)
		if err != nil {
			return err
		}
		if src, err = s.load(rec.place, uuid, asked); err != nil {
			return err
		}
	}
	for i := range b.questions {
		if err := c.pending.answer(b.numbers[i], b.questions[i].agrees(src)); err != nil {
			return err
		}
	}
	*b = batch{}
	return nil
}

// sameText compares two values as texts or in their JSON meaning.
func sameText(a, b string) bool { return a == b || jsontree.EqualText([]byte(a), []byte(b)) }
