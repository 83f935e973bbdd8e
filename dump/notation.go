package dump

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Path is the written name of something in a dump, on one line:
//
//	KEYSPACE[/TABLE[/ROWKEY[/COLUMN]]]
//	zk:/path/of/a/node
//
// Names are decoded. In writing, a byte is %XX (two hexadecimal digits) where
// it would be mistaken for something else or wreck a line: % and /, the ; that
// begins a comment in lists of paths, control and formatting characters, bytes
// that are not UTF-8, a blank at the beginning or the end of a name; in a
// keyspace also the colon. An empty name is a % alone. Every other character is
// itself.
type Path struct {
	Level                        Level
	Keyspace, Table, Row, Column string // as far down as Level says
	Node                         string // of AtZNode: the normalised path
}

// Level says what a Path names.
type Level uint8

// The levels.
const (
	AtRoot Level = iota // the dump
	AtKeyspace
	AtTable
	AtRow
	AtColumn
	AtZNode // a node of ZooKeeper and those below it; the root for all of them
)

// zkPrefix begins the path of a node.
const zkPrefix = "zk:"

// ParsePath reads a written path. One slash at the end of a path, and none at
// the beginning of a ZooKeeper path, are let pass; nothing at all is AtRoot.
func ParsePath(text string) (Path, error) {
	if node, ok := strings.CutPrefix(text, zkPrefix); ok {
		name, err := unescapeName(node)
		if err != nil {
			return Path{}, err
		}
		return Path{Level: AtZNode, Node: string(AppendNormalPath(nil, []byte(name)))}, nil
	}
	var p Path
	text = strings.TrimSuffix(text, "/")
	if text == "" {
		return p, nil
	}
	names := [...]*string{&p.Keyspace, &p.Table, &p.Row, &p.Column}
	for part := range strings.SplitSeq(text, "/") {
		if int(p.Level) == len(names) {
			return Path{}, fmt.Errorf("more than keyspace, table, row key and column: a / inside of a name is written %%2F")
		}
		name, err := unescapeName(part)
		if err != nil {
			return Path{}, err
		}
		if part == "" {
			return Path{}, errors.New("a name is empty: an empty name is written %")
		}
		*names[p.Level] = name
		p.Level++
	}
	return p, nil
}

// String writes the path.
func (p Path) String() string { return string(p.Append(nil)) }

// Append appends the written path.
func (p Path) Append(dst []byte) []byte {
	if p.Level == AtZNode {
		return AppendNodePath(dst, []byte(p.Node))
	}
	for i, name := range []string{p.Keyspace, p.Table, p.Row, p.Column}[:p.Level] {
		if i > 0 {
			dst = append(dst, '/')
			dst = AppendName(dst, []byte(name))
			continue
		}
		written := AppendName(nil, []byte(name))
		dst = append(dst, bytes.ReplaceAll(written, []byte{':'}, []byte("%3A"))...)
	}
	return dst
}

// AppendName appends one name, other than a keyspace, as it is written in a
// Path.
func AppendName(dst, name []byte) []byte {
	if len(name) == 0 {
		return append(dst, '%')
	}
	last := len(name) - 1
	for i := 0; i < len(name); {
		c := name[i]
		switch {
		case c == ' ' && (i == 0 || i == last), c == '/', c == '%', c == ';', c < ' ', c == 0x7f:
			dst = appendPercent(dst, c)
			i++
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(name[i:])
			if r == utf8.RuneError && n == 1 || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				for _, c := range name[i : i+n] {
					dst = appendPercent(dst, c)
				}
			} else {
				dst = append(dst, name[i:i+n]...)
			}
			i += n
		}
	}
	return dst
}

// AppendNodePath appends the written path of a ZooKeeper node, given its
// normalised path.
func AppendNodePath(dst, normal []byte) []byte {
	dst = append(dst, zkPrefix...)
	if len(normal) <= 1 {
		return append(dst, '/')
	}
	for part := range strings.SplitSeq(string(normal[1:]), "/") {
		dst = append(dst, '/')
		dst = AppendName(dst, []byte(part))
	}
	return dst
}

const percentHex = "0123456789ABCDEF"

func appendPercent(dst []byte, c byte) []byte {
	return append(dst, '%', percentHex[c>>4], percentHex[c&15])
}

// unescapeName undoes AppendName.
func unescapeName(text string) (string, error) {
	if text == "%" {
		return "", nil
	}
	if strings.IndexByte(text, '%') < 0 {
		return text, nil
	}
	name := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			var high, low byte
			ok := i+2 < len(text)
			if ok {
				high, low = hexDigit(text[i+1]), hexDigit(text[i+2])
			}
			if !ok || high > 15 || low > 15 {
				return "", fmt.Errorf("%q: a %% that is part of a name is written %%25", text)
			}
			c = high<<4 | low
			i += 2
		}
		name = append(name, c)
	}
	return string(name), nil
}

// hexDigit returns the value of a hexadecimal digit, 255 for anything else.
func hexDigit(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c|0x20-'a' <= 5:
		return c | 0x20 - 'a' + 10
	}
	return 255
}
