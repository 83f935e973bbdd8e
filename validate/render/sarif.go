package render

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/validate"
)

// NewSARIF returns a renderer of SARIF 2.1.0.
func NewSARIF(w *bufio.Writer, r Report) Renderer { return &sarif{w: w, report: r} }

type sarif struct {
	w      *bufio.Writer
	report Report
	index  map[*validate.Rule]int
	uri    string
	any    bool
}

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

func (s *sarif) Begin() error {
	s.index = map[*validate.Rule]int{}
	if s.report.File != "" {
		s.uri = (&url.URL{Path: filepath.ToSlash(s.report.File)}).String()
	}
	b := append([]byte(`{"$schema":`), quoteJSON(sarifSchema)...)
	b = append(b, `,"version":"2.1.0","runs":[{"tool":{"driver":{"name":"dumptool","version":`...)
	b = append(append(b, quoteJSON(s.report.Version)...), `,"rules":[`...)
	for i, r := range s.report.Rules {
		s.index[r] = i
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, `{"id":`...), quoteJSON(r.ID)...)
		b = append(append(b, `,"shortDescription":{"text":`...), quoteJSON(r.Title)...)
		b = append(append(b, `},"fullDescription":{"text":`...), quoteJSON(r.Title+". "+r.Doc)...)
		b = append(append(b, `},"help":{"text":`...), quoteJSON(fixText(r))...)
		b = append(append(b, `},"defaultConfiguration":{"level":"`...), sarifLevel(r.Severity)...)
		b = append(b, `"},"properties":{"tags":[`...)
		b = append(append(b, quoteJSON(r.Check)...), `]}}`...)
	}
	b = append(b, `]}},"results":[`...)
	_, err := s.w.Write(b)
	return err
}

func fixText(r *validate.Rule) string {
	if r.Fix == "" {
		return "To be decided by hand."
	}
	return "Fix: " + r.Fix + "."
}

// sarifLevel is the level of a severity: SARIF has no fatal one.
func sarifLevel(s validate.Severity) string {
	switch {
	case s >= validate.Error:
		return "error"
	case s == validate.Warning:
		return "warning"
	}
	return "note"
}

func (s *sarif) Finding(f *validate.Finding) error {
	var b []byte
	if s.any {
		b = append(b, ',')
	}
	s.any = true
	b = append(append(b, "\n"+`{"ruleId":`...), quoteJSON(f.Rule.ID)...)
	b = append(b, `,"ruleIndex":`...)
	b = strconv.AppendInt(b, int64(s.index[f.Rule]), 10)
	b = append(append(b, `,"level":"`...), sarifLevel(f.Severity)...)
	b = append(append(b, `","message":{"text":`...), quoteJSON(subject(f)+": "+f.Message)...)
	b = append(b, `},"locations":[{`...)
	if s.uri != "" {
		b = append(append(b, `"physicalLocation":{"artifactLocation":{"uri":`...), quoteJSON(s.uri)...)
		b = append(b, '}')
		if f.Offset >= 0 {
			b = append(b, `,"region":{"byteOffset":`...)
			b = append(strconv.AppendInt(b, f.Offset, 10), '}')
		}
		b = append(b, "},"...)
	}
	b = append(append(b, `"logicalLocations":[{"fullyQualifiedName":`...), quoteJSON(f.Where)...)
	sum := sha256.Sum256([]byte(f.Key()))
	b = append(append(b, `}]}],"partialFingerprints":{"dumptool/v1":"`...), hex.EncodeToString(sum[:16])...)
	b = append(b, `"},"properties":{`...)
	b = AppendFinding(b, f)
	b = append(b, `}}`...)
	_, err := s.w.Write(b)
	return err
}

func (s *sarif) End(sum *validate.Summary) error {
	b := append([]byte(`],"invocations":[{"executionSuccessful":`), strconv.FormatBool(sum.Incomplete == nil)...)
	b = append(b, `,"toolExecutionNotifications":[`...)
	note := func(level, text string) {
		if b[len(b)-1] != '[' {
			b = append(b, ',')
		}
		b = append(append(append(append(b, `{"level":"`...), level...), `","message":{"text":`...), quoteJSON(text)...)
		b = append(b, `}}`...)
	}
	for _, k := range sum.Skipped {
		note("note", "skipped: "+k.Rule.ID+": "+k.Reason)
	}
	if sum.Incomplete != nil {
		note("error", "not read to the end: "+sum.Incomplete.Error())
	}
	b = append(b, "]}]}]}\n"...)
	s.w.Write(b)
	return flushed(s.w)
}

func quoteJSON(s string) []byte { return contrail.AppendJSONString(nil, s, true) }
