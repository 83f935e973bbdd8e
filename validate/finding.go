package validate

import (
	"encoding/binary"
	"strings"
)

// Severity says how bad a finding is. Higher is worse.
type Severity uint8

// The severities.
const (
	Info    Severity = iota + 1
	Warning          // suspicious or lossy
	Error            // the restored system is inconsistent
	Fatal            // the restore stops, or the dump can't be read
)

// Severities lists them, the mildest first.
var Severities = []Severity{Info, Warning, Error, Fatal}

// String returns the name: info, warning, error or fatal.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Error:
		return "error"
	case Fatal:
		return "fatal"
	}
	return "none"
}

// ParseSeverity finds a severity by its name.
func ParseSeverity(name string) (Severity, bool) {
	for _, s := range Severities {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// Finding is one place at which the condition of a rule holds.
type Finding struct {
	Rule     *Rule
	Severity Severity // that of the rule, or milder where the rule says so
	// Type, UUID and FQName name the object, as far as there is one.
	Type, UUID string
	FQName     []string
	// Where is the place as a written path (dump.Path), or another name where it is no single place.
	Where   string
	Message string
	// Offset is the place in the text of the dump, in bytes; -1 if it isn't known.
	Offset int64
	// Fixable tells that a repair by all rules mends it.
	Fixable bool
	// row is the row in which it was found while that was read: its name is to come.
	row *Row
}

// Fix says what a repair does about it; empty if nothing.
func (f *Finding) Fix() string {
	if f.Fixable {
		return f.Rule.Fix
	}
	return ""
}

// pendingFinding is one that waits for the name of its object.
type pendingFinding struct {
	f    Finding
	rank int
}

// Key is what makes a finding the same one in two runs over two dumps: rule, object and place, without numbers in the
// message. A baseline is made of keys.
func (f *Finding) Key() string {
	return f.Rule.ID + "\t" + f.UUID + "\t" + f.Where
}

// Findings are sorted as records: id, uuid, place, message in this order, then the rest.

func appendText[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendSortable appends text so that records sort by it: 0 is escaped, and ends it.
func appendSortable(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] <= 1 {
			b = append(b, 1, s[i]+1)
			continue
		}
		b = append(b, s[i])
	}
	return append(b, 0)
}

// appendRecord makes the record of a finding. The first byte is for sorting by severity, where that is wanted.
func (f *Finding) appendRecord(b []byte, rank int, byUUID, bySeverity bool) []byte {
	if byUUID {
		id, _ := keyOf(f.UUID)
		b = append(b, id[:]...)
	}
	if bySeverity {
		b = append(b, byte(Fatal-f.Severity))
	} else {
		b = append(b, 0)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(rank))
	b = appendSortable(b, f.UUID)
	b = appendSortable(b, f.Where)
	b = appendSortable(b, f.Message)
	fixable := byte(0)
	if f.Fixable {
		fixable = 0x80
	}
	b = append(b, byte(f.Severity)|fixable)
	b = binary.AppendVarint(b, f.Offset)
	b = appendText(b, f.Type)
	b = binary.AppendUvarint(b, uint64(len(f.FQName)))
	for _, part := range f.FQName {
		b = appendText(b, part)
	}
	return b
}

// decoder takes a record apart.
type decoder struct{ b []byte }

func (d *decoder) sortable() string {
	var s strings.Builder
	for i := 0; i < len(d.b); i++ {
		switch d.b[i] {
		case 0:
			d.b = d.b[i+1:]
			return s.String()
		case 1:
			i++
			s.WriteByte(d.b[i] - 1)
		default:
			s.WriteByte(d.b[i])
		}
	}
	return s.String()
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.b)
	d.b = d.b[n:]
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.b)
	d.b = d.b[n:]
	return v
}

func (d *decoder) bytes() []byte {
	n := int(d.uint())
	s := d.b[:n]
	d.b = d.b[n:]
	return s
}

func (d *decoder) text() string { return string(d.bytes()) }

// view is text that is valid as long as the record.
func (d *decoder) view() string { return asText(d.bytes()) }

func (d *decoder) byte() byte {
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) id() (k id) {
	d.b = d.b[copy(k[:], d.b):]
	return k
}

func decodeFinding(rec []byte, byUUID bool) (Finding, int) {
	d := decoder{rec}
	if byUUID {
		d.b = d.b[len(id{}):]
	}
	rank := int(binary.BigEndian.Uint16(d.b[1:]))
	d.b = d.b[3:]
	f := Finding{Rule: rules[rank]}
	f.UUID, f.Where, f.Message = d.sortable(), d.sortable(), d.sortable()
	s := d.byte()
	f.Severity, f.Fixable = Severity(s&^0x80), s&0x80 != 0
	f.Offset = d.int()
	f.Type = d.text()
	for range d.uint() {
		f.FQName = append(f.FQName, d.text())
	}
	return f, rank
}
