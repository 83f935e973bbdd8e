package pretty

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// The reference prints a document as Print should, out of a tree and with no
// regard to speed. It knows neither NaN nor lone surrogates.

type refObject []refMember

type refMember struct {
	name  string
	value any // refObject, []any, string, json.Number, bool or nil
}

var errRefDuplicate = errors.New("duplicate")

// refParse parses a document by means of encoding/json.
func refParse(doc []byte) (any, error) {
	if !json.Valid(doc) {
		return nil, errors.New("not valid")
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	v, err := refValue(dec)
	if err == nil {
		if _, end := dec.Token(); end != io.EOF {
			err = errors.New("extra data")
		}
	}
	return v, err
}

func refValue(dec *json.Decoder) (any, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := refValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.Token()
		return list, err
	case json.Delim('{'):
		var object refObject
		seen := map[string]bool{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := refValue(dec)
			if err != nil {
				return nil, err
			}
			if seen[name.(string)] {
				return nil, errRefDuplicate
			}
			seen[name.(string)] = true
			object = append(object, refMember{name.(string), v})
		}
		_, err := dec.Token()
		return object, err
	}
	return t, nil
}

// refPrint prints a document that was parsed.
func refPrint(v any, o Options) string {
	var b strings.Builder
	refPrintValue(&b, v, o, "\n")
	return b.String() + "\n"
}

func refPrintValue(b *strings.Builder, v any, o Options, indent string) {
	comma, colon, deeper := ",", ": ", indent+strings.Repeat(" ", o.Indent)
	switch {
	case o.Compact:
		colon, indent, deeper = ":", "", ""
	case o.OneLine:
		comma, indent, deeper = ", ", "", ""
	case o.Tab:
		deeper = indent + "\t"
	}
	switch v := v.(type) {
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteString(comma)
			}
			b.WriteString(deeper)
			refPrintValue(b, e, o, deeper)
		}
		if len(v) > 0 {
			b.WriteString(indent)
		}
		b.WriteByte(']')
	case refObject:
		if o.SortKeys {
			v = slices.Clone(v)
			slices.SortFunc(v, func(x, y refMember) int { return cmp.Compare(x.name, y.name) })
		}
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteString(comma)
			}
			b.WriteString(deeper)
			refString(b, m.name, o)
			b.WriteString(colon)
			refPrintValue(b, m.value, o, deeper)
		}
		if len(v) > 0 {
			b.WriteString(indent)
		}
		b.WriteByte('}')
	case string:
		if o.Expand {
			switch in, err := refParse([]byte(v)); in.(type) {
			case []any, refObject:
				if err == nil {
					refPrintValue(b, in, o, indent)
					return
				}
			}
		}
		refString(b, v, o)
	case nil:
		b.WriteString("null")
	default:
		fmt.Fprint(b, v)
	}
}

func refString(b *strings.Builder, s string, o Options) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case strings.ContainsRune("\b\f\n\r\t", r):
			b.WriteString(`\` + string("btn?fr"[r-'\b']))
		case r < 0x20 || r >= 0x7f && r < 0x10000 && !o.KeepUnicode:
			fmt.Fprintf(b, `\u%04x`, r)
		case r >= 0x10000 && !o.KeepUnicode:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, hi, lo)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
