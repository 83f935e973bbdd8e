package render

import (
	"bufio"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/validate"
)

// Schema is what the first line of JSON names.
const Schema = "dumptool.validate/1"

// NewJSON returns a renderer of JSON Lines, one object for each finding:
//
//	{"id","check","class","severity","object":{"type","uuid","fq_name"},"where","message","fix"}
func NewJSON(w *bufio.Writer) Renderer { return &jsonLines{w: w} }

type jsonLines struct {
	w   *bufio.Writer
	buf []byte
	any bool
}

func (j *jsonLines) Begin() error { return nil }

func (j *jsonLines) Finding(f *validate.Finding) error {
	b := append(j.buf[:0], '{')
	if !j.any {
		b = append(b, `"schema":"`+Schema+`",`...)
		j.any = true
	}
	b = AppendFinding(b, f)
	b = append(b, '}', '\n')
	j.buf = b
	_, err := j.w.Write(b)
	return err
}

func (j *jsonLines) End(*validate.Summary) error { return flushed(j.w) }

// AppendFinding appends the members of the object of a finding, without the braces.
func AppendFinding(b []byte, f *validate.Finding) []byte {
	b = appendMember(b, "id", f.Rule.ID)
	b = appendMember(append(b, ','), "check", f.Rule.Check)
	b = appendMember(append(b, ','), "class", f.Rule.Class)
	b = appendMember(append(b, ','), "severity", f.Severity.String())
	b = append(b, `,"object":`...)
	if f.Type == "" && f.UUID == "" && f.FQName == nil {
		b = append(b, "null"...)
	} else {
		b = appendMember(append(b, '{'), "type", f.Type)
		b = appendMember(append(b, ','), "uuid", f.UUID)
		b = append(b, `,"fq_name":`...)
		if f.FQName == nil {
			b = append(b, "null"...)
		} else {
			b = append(b, '[')
			for i, part := range f.FQName {
				if i > 0 {
					b = append(b, ',')
				}
				b = contrail.AppendJSONString(b, part, true)
			}
			b = append(b, ']')
		}
		b = append(b, '}')
	}
	b = appendMember(append(b, ','), "where", f.Where)
	b = appendMember(append(b, ','), "message", f.Message)
	return appendMember(append(b, ','), "fix", f.Fix())
}

// appendMember appends a name and a text, null if that is empty.
func appendMember(b []byte, name, value string) []byte {
	b = contrail.AppendJSONString(b, name, true)
	b = append(b, ':')
	if value == "" {
		return append(b, "null"...)
	}
	return contrail.AppendJSONString(b, value, true)
}
