package index

import (
	"bytes"
	"io"

	"github.com/dumptool/dumptool/dump"
)

// mostAround is how much of the text is looked at before and behind the list of nodes.
const mostAround = 4 << 10

// listOfNodes returns the place between the brackets of the list of nodes, if that is in a string, behind all tables, and what is
// around it is of the ordinary form. Otherwise ok is false.
func (x *Index) listOfNodes(text io.ReaderAt, tables []Table) (list dump.Place, ok bool, err error) {
	if len(tables) == 0 {
		return list, false, nil
	}
	members, err := x.Members()
	if err != nil {
		return list, false, err
	}
	last := tables[len(tables)-1]
	list.Start = last.Start + last.Bytes
	next := dump.Place{Start: x.c.Size(), End: x.c.Size()} // the member behind it
	for _, m := range members {
		if m.Start > list.Start && m.Start < next.Start {
			next = m
		}
	}
	head, err := readPart(text, list.Start, min(list.Start+mostAround, next.Start))
	if err != nil {
		return list, false, err
	}
	tail, err := readPart(text, max(list.Start, next.Start-mostAround), next.Start)
	if err != nil {
		return list, false, err
	}
	n, ok := beforeList(head)
	if !ok {
		return list, false, nil
	}
	k, ok := behindList(tail, next.Start == x.c.Size())
	list.Start += int64(n)
	list.End = next.Start - int64(len(tail)-k)
	return list, ok && list.Start <= list.End, nil
}

func readPart(text io.ReaderAt, from, to int64) ([]byte, error) {
	b := make([]byte, to-from)
	_, err := io.ReadFull(io.NewSectionReader(text, from, to-from), b)
	return b, err
}

const blanks = " \t\r\n"

// beforeList returns where the list of nodes begins in what follows the last table: the ends of a keyspace and of cassandra, the
// name, quote and bracket.
func beforeList(text []byte) (n int, ok bool) {
	rest := text
	take := func(s string) bool {
		rest = bytes.TrimLeft(rest, blanks)
		var ok bool
		rest, ok = bytes.CutPrefix(rest, []byte(s))
		return ok
	}
	if !take("}") {
		return 0, false
	}
	take("}") // tables may stand in no keyspace (A2)
	ok = take(",") && take(`"zookeeper"`) && take(":") && take(`"[`)
	return len(text) - len(rest), ok
}

// behindList returns where the list of nodes ends in what stands before the end of the text, or before the value of a member.
func behindList(text []byte, end bool) (n int, ok bool) {
	rest := text
	take := func(s string) bool {
		rest = bytes.TrimRight(rest, blanks)
		var ok bool
		rest, ok = bytes.CutSuffix(rest, []byte(s))
		return ok
	}
	if end {
		ok = take("}")
	} else if ok = take(":") && take(`"`); ok {
		// A name with escapes is left to others.
		name := rest[bytes.LastIndexByte(rest, '"')+1:]
		rest = rest[:len(rest)-len(name)]
		ok = !bytes.Contains(name, []byte{'\\'}) && take(`"`) && take(",")
	}
	ok = ok && take(`"`)
	rest, bracket := bytes.CutSuffix(rest, []byte("]"))
	return len(rest), ok && bracket
}
