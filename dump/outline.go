package dump

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/bits"
	"unicode/utf8"

	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/keyset"
)

// ErrNoOutline is what Outline returns for a text that is not of the most
// ordinary form. A Reader tells what is the matter with it, if anything is.
var ErrNoOutline = errors.New("the text has no plain outline")

// OutlineRow is a row as Outline comes to it. It is valid during the call.
type OutlineRow struct {
	Keyspace, Table string
	Key             Text
	KeyAt           int64 // where the quote of the key stands
	Place           Place // of the value, from its opening to behind its closing brace
}

// Outlined says where the parts of a dump stand.
type Outlined struct {
	// ZooKeeper is the string that is the member zookeeper, with its quotes;
	// empty if there is no such member.
	ZooKeeper Place
	// Keyspaces and Tables are all there are, with and without something in them.
	Keyspaces []string
	Tables    []OutlineTable
	// Members are the values of the members of the top level that are objects
	// and neither cassandra nor zookeeper, by name.
	Members map[string]Place
}

// OutlineTable names a table.
type OutlineTable struct{ Keyspace, Name string }

// Outline goes over the whole text, several times as fast as a Reader, and calls
// row for each row. It goes by the braces of the text and looks into a row no
// more than it takes to find its end.
//
// It checks everything down to the row keys as a Reader does: structure, names
// that occur twice; and in the whole text that braces match, that strings end,
// their escapes and their UTF-8. It does not check what else makes a row or the
// text of zookeeper well formed: whoever reads one of them does.
//
// The error is ErrNoOutline for all that it isn't sure about: damage of any
// sort, the layouts A2, A3 and A12, members of the top level that are neither
// objects nor zookeeper, names longer than 16 KiB. What row was told until then
// is to be forgotten; a Reader can be used on the same Dump. What is odd but no
// damage (halves of surrogate pairs) is passed over.
//
// Memory: 1 MiB, and up to 32 MiB for the row keys of a table.
func (d *Dump) Outline(ctx context.Context, row func(*OutlineRow) error) (Outlined, error) {
	text, err := d.Text(ctx)
	if err != nil {
		return Outlined{}, err
	}
	defer text.Close()
	o := &outliner{
		r:          text,
		visit:      row,
		buf:        make([]byte, outlineWindow+jsonscan.BlockSize),
		blocks:     make([]jsonscan.Block, outlineWindow/jsonscan.BlockSize+1),
		containers: keyset.New(d.opts.Temp),
		rows:       keyset.New(d.opts.Temp),
		found:      Outlined{Members: map[string]Place{}},
	}
	defer o.containers.Reset()
	defer o.rows.Reset()
	err = o.run()
	if errors.Is(err, ErrNoOutline) && d.in.At == nil {
		// A stream is read once: what is not read now is not kept either.
		if _, copyErr := io.Copy(io.Discard, text); copyErr != nil {
			return Outlined{}, copyErr
		}
	}
	return o.found, err
}

const (
	outlineWindow = 256 << 10
	// outlineKeep is how much of what was looked at stays in the window: names
	// are found backwards.
	outlineKeep = 16 << 10
	// outlineAhead is how much of what was read is not looked at yet: escapes
	// and characters that begin in the part before are whole.
	outlineAhead = jsonscan.BlockSize
)

// The depths of braces inside of which the containers are.
const (
	insideRoot = iota + 1
	insideCassandra
	insideKeyspace
	insideTable
	insideRow
)

// outliner is the state of Outline.
type outliner struct {
	r     io.Reader
	visit func(*OutlineRow) error

	buf    []byte
	n      int   // bytes in buf
	done   int   // of them were looked at
	base   int64 // offset of buf[0]
	eof    bool
	blocks []jsonscan.Block
	braces jsonscan.Braces
	valid  int // up to here UTF-8 was checked

	depth     int
	skipping  bool // inside of a member of the root that is not cassandra
	closed    bool // the root has ended
	prev      int  // behind the last brace of a container; may be before the window
	prevClose bool // that was a closing one
	quotes    int  // in the text before the block
	prevQuote int  // in the text before prev

	keyspace     string
	row          OutlineRow
	keyBuf       []byte
	keyOffset    int64
	h            hasher
	containers   *keyset.Set
	rows         *keyset.Set
	sawCassandra bool
	zkStart      int64  // the quote of zookeeper's string, if that is the next member; 0 if not
	member       string // the one that is skipped
	memberStart  int64
	found        Outlined
}

func (o *outliner) run() error {
	for {
		more, err := o.fill()
		if err != nil {
			return err
		}
		if err := o.look(); err != nil {
			return err
		}
		if !more {
			break
		}
	}
	if !o.closed || o.depth != 0 || o.braces.InString() || !o.sawCassandra {
		return ErrNoOutline
	}
	return nil
}

// fill drops what is not needed any more and reads on. It returns false at the
// end of the text.
func (o *outliner) fill() (more bool, err error) {
	if drop := o.done - outlineKeep; drop > 0 {
		copy(o.buf, o.buf[drop:o.n])
		o.n -= drop
		o.done -= drop
		o.base += int64(drop)
		o.prev -= drop
		o.valid -= drop
	}
	for o.n < outlineWindow && !o.eof {
		k, err := o.r.Read(o.buf[o.n:outlineWindow])
		o.n += k
		if err == io.EOF {
			o.eof = true
		} else if err != nil {
			return false, err
		}
	}
	return !o.eof, nil
}

// look goes over the blocks that are whole.
func (o *outliner) look() error {
	end := o.n - outlineAhead
	if o.eof {
		end = (o.n-o.done+jsonscan.BlockSize-1)/jsonscan.BlockSize*jsonscan.BlockSize + o.done
		for i := o.n; i < end; i++ {
			o.buf[i] = ' '
		}
	}
	count := (end - o.done) / jsonscan.BlockSize
	if count <= 0 {
		return nil
	}
	blocks := o.blocks[:count]
	o.braces.Find(blocks, o.buf[o.done:])
	for i := range blocks {
		b := &blocks[i]
		if b.Braces|b.Odd != 0 {
			if err := o.block(b, o.done); err != nil {
				return err
			}
		} else if o.closed && !isBlank(o.buf[o.done:o.done+jsonscan.BlockSize]) {
			return ErrNoOutline
		}
		o.quotes += bits.OnesCount64(b.Quotes)
		o.done += jsonscan.BlockSize
	}
	return nil
}

// block looks at a block that has something, which begins at buf[at].
func (o *outliner) block(b *jsonscan.Block, at int) error {
	for w := b.Odd; w != 0; w &= w - 1 {
		if !o.check(at + bits.TrailingZeros64(w)) {
			return ErrNoOutline
		}
	}
	for w := b.Braces; w != 0; w &= w - 1 {
		bit := bits.TrailingZeros64(w)
		pos := at + bit
		if o.closed {
			return ErrNoOutline
		}
		if o.depth >= insideRow || o.skipping {
			if o.buf[pos] == '{' {
				o.depth++
				continue
			}
			o.depth--
			switch {
			case o.skipping && o.depth == insideRoot:
				o.skipping = false
				o.behind(pos, b, bit)
				o.found.Members[o.member] = Place{o.memberStart, o.base + int64(pos) + 1}
			case !o.skipping && o.depth == insideTable:
				o.behind(pos, b, bit)
				o.row.Place.End = o.base + int64(pos) + 1
				if err := o.visit(&o.row); err != nil {
					return err
				}
			}
			continue
		}
		quotes := o.quotes + bits.OnesCount64(b.Quotes&(1<<bit-1)) - o.prevQuote
		var err error
		if o.buf[pos] == '{' {
			err = o.open(pos, quotes)
		} else {
			err = o.close(pos, quotes)
		}
		if err != nil {
			return err
		}
		o.behind(pos, b, bit)
	}
	if o.closed && !isBlank(o.buf[o.prev:at+jsonscan.BlockSize]) {
		return ErrNoOutline
	}
	return nil
}

// behind notes the brace at buf[pos], the bit of the block b.
func (o *outliner) behind(pos int, b *jsonscan.Block, bit int) {
	o.prev = pos + 1
	o.prevClose = o.buf[pos] == '}'
	o.prevQuote = o.quotes + bits.OnesCount64(b.Quotes&(1<<bit-1))
	if o.depth == insideRoot {
		o.zkStart = o.zookeeperAt(o.prev)
	}
}

// check looks at the odd byte buf[i] inside of a string.
func (o *outliner) check(i int) bool {
	if i < o.valid {
		return true
	}
	c := o.buf[i]
	escaped := false
	for k := i - 1; k >= 0 && o.buf[k] == '\\'; k-- {
		escaped = !escaped
	}
	switch {
	case !escaped && c >= utf8.RuneSelf:
		_, n := utf8.DecodeRune(o.buf[i:o.n])
		o.valid = i + n
		return n > 1
	case !escaped:
		return c == 0x7f
	}
	switch c {
	case '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for k := 1; k <= 4; k++ {
			if i+k >= o.n || hexDigit(o.buf[i+k]) > 15 {
				return false
			}
		}
		return true
	}
	return false
}

// open handles an opening brace of a container. quotes is the number of quotes
// since the brace before.
func (o *outliner) open(pos, quotes int) error {
	if o.depth == 0 {
		if o.base != 0 || !isBlank(o.buf[:pos]) {
			return ErrNoOutline
		}
		o.depth++
		return nil
	}
	if o.depth == insideRoot && quotes > 2 {
		if quotes != 6 || !o.zookeeper(o.nameStart(pos)) {
			return ErrNoOutline
		}
		quotes = 2
	}
	name, ok := o.name(pos, quotes)
	if !ok {
		return ErrNoOutline
	}
	text := Text{Raw: name, Canonical: isPlain(name)}
	if o.depth == insideTable {
		return o.openRow(text, pos)
	}
	return o.openContainer(text.String(), pos)
}

func (o *outliner) openRow(key Text, pos int) error {
	if err := o.rows.AddLater(o.h.text(key), o.keyOffset, duplicateRows); err != nil {
		return err
	}
	o.keyBuf = append(o.keyBuf[:0], key.Raw...)
	o.row.Key = Text{o.keyBuf, key.Canonical}
	o.row.KeyAt = o.keyOffset
	o.row.Place.Start = o.base + int64(pos)
	o.depth++
	return nil
}

func (o *outliner) openContainer(name string, pos int) error {
	id := name
	switch o.depth {
	case insideRoot:
		if name == "zookeeper" {
			return ErrNoOutline
		}
		if name == "cassandra" {
			o.sawCassandra = true
		} else {
			o.skipping = true
			o.member, o.memberStart = name, o.base+int64(pos)
		}
		id = "\x00\x00" + name
	case insideCassandra:
		if _, _, flat := FlatName(name); flat || name == "obj_uuid_table" || name == "obj_fq_name_table" {
			return ErrNoOutline
		}
		o.keyspace = name
	case insideKeyspace:
		id = o.keyspace + "\x00" + name
		o.row.Keyspace, o.row.Table = o.keyspace, name
		o.rows.Reset()
	}
	_, dup, err := o.containers.Add(hashBytes([]byte(id)), 0)
	if err != nil {
		return err
	}
	if dup {
		return ErrNoOutline
	}
	switch o.depth {
	case insideCassandra:
		o.found.Keyspaces = append(o.found.Keyspaces, name)
	case insideKeyspace:
		o.found.Tables = append(o.found.Tables, OutlineTable{o.keyspace, name})
	}
	o.depth++
	return nil
}

func duplicateRows(int64, int64) error { return ErrNoOutline }

// close handles a closing brace of a container.
func (o *outliner) close(pos, quotes int) error {
	switch {
	case o.depth == 0, o.prev < 0 && o.depth != insideRoot:
		return ErrNoOutline
	case o.depth == insideRoot && quotes == 4:
		if !o.zookeeper(pos) {
			return ErrNoOutline
		}
	case quotes != 0 || !isBlank(o.buf[o.prev:pos]):
		return ErrNoOutline
	}
	switch o.depth {
	case insideRoot:
		o.closed = true
	case insideTable:
		if err := o.rows.Finish(duplicateRows); err != nil {
			return err
		}
	}
	o.depth--
	return nil
}

// name returns the name whose value begins at pos, and nothing but white space
// and a comma where one belongs between it and the brace before.
func (o *outliner) name(pos, quotes int) ([]byte, bool) {
	from := o.nameStart(pos)
	if from < 0 || quotes != 2 {
		return nil, false
	}
	head := o.buf[max(o.prev, 0):from]
	if o.zkStart < 0 { // zookeeper stands before it; zookeeper has looked at the rest
		o.zkStart = 0
	} else {
		if o.prev < 0 {
			return nil, false
		}
		if o.prevClose {
			comma := bytes.IndexByte(head, ',')
			if comma < 0 || !isBlank(head[:comma]) {
				return nil, false
			}
			head = head[comma+1:]
		}
		if !isBlank(head) {
			return nil, false
		}
	}
	o.keyOffset = o.base + int64(from)
	to := bytes.LastIndexByte(o.buf[:pos], '"')
	return o.buf[from+1 : to], true
}

// nameStart returns where the quote of the name is whose value begins at pos;
// -1 if there is no such name in the window.
func (o *outliner) nameStart(pos int) int {
	i := pos - 1
	for i >= 0 && isBlankByte(o.buf[i]) {
		i--
	}
	if i < 0 || o.buf[i] != ':' {
		return -1
	}
	for i--; i >= 0 && isBlankByte(o.buf[i]); i-- {
	}
	if i < 0 || o.buf[i] != '"' {
		return -1
	}
	for {
		i = bytes.LastIndexByte(o.buf[:i], '"')
		if i < 0 {
			return -1
		}
		escaped := false
		for k := i - 1; k >= 0 && o.buf[k] == '\\'; k-- {
			escaped = !escaped
		}
		if !escaped {
			return i
		}
	}
}

// zookeeperAt returns the offset of the string of the member zookeeper if that
// is what follows buf[i], else 0.
func (o *outliner) zookeeperAt(i int) int64 {
	rest := o.buf[i:o.n]
	skip := func() { rest = bytes.TrimLeft(rest, " \t\r\n") }
	take := func(text string) bool {
		skip()
		ok := bytes.HasPrefix(rest, []byte(text))
		if ok {
			rest = rest[len(text):]
		}
		return ok
	}
	if o.prevClose && !take(",") || !take(`"zookeeper"`) || !take(":") || !take(`"`) {
		return 0
	}
	return o.base + int64(o.n-len(rest)-1)
}

// zookeeper takes the string of the member zookeeper, which ends before buf[end]:
// before the closing brace of the root, or before the comma and the name of the
// next member.
func (o *outliner) zookeeper(end int) bool {
	if o.zkStart <= 0 || end < 0 || o.found.ZooKeeper.End != 0 {
		return false
	}
	head := bytes.TrimRight(o.buf[:end], " \t\r\n")
	if o.buf[end] != '}' {
		var comma bool
		if head, comma = bytes.CutSuffix(head, []byte{','}); !comma {
			return false
		}
		head = bytes.TrimRight(head, " \t\r\n")
	}
	if len(head) == 0 || head[len(head)-1] != '"' {
		return false
	}
	o.found.ZooKeeper = Place{Start: o.zkStart, End: o.base + int64(len(head))}
	o.zkStart = -1
	return o.found.ZooKeeper.End-o.found.ZooKeeper.Start >= 2
}

func isBlank(text []byte) bool {
	for _, c := range text {
		if !isBlankByte(c) {
			return false
		}
	}
	return true
}

func isBlankByte(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// isPlain tells if a raw text is its canonical spelling.
func isPlain(raw []byte) bool {
	for _, c := range raw {
		if c < ' ' || c >= 0x7f || c == '\\' {
			return false
		}
	}
	return true
}
