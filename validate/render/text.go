package render

import (
	"bufio"
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/validate"
)

// NewText returns a renderer for people. It wants findings by severity.
func NewText(w *bufio.Writer, look Look) Renderer { return &text{w: w, look: look} }

type text struct {
	w        *bufio.Writer
	look     Look
	severity validate.Severity
	rule     *validate.Rule
}

func (t *text) Begin() error { return nil }

func (t *text) Finding(f *validate.Finding) error {
	if f.Severity != t.severity {
		if t.severity != 0 {
			t.w.WriteByte('\n')
		}
		t.severity, t.rule = f.Severity, nil
		t.w.WriteString(t.dress(f.Severity)(strings.ToUpper(f.Severity.String())) + "\n")
	}
	if f.Rule != t.rule {
		t.rule = f.Rule
		t.w.WriteString("\n" + t.look.Heading(f.Rule.ID+" "+f.Rule.Title) + "\n")
		if f.Rule.Fix != "" {
			t.w.WriteString(t.look.Faint("  fix: "+f.Rule.Fix) + "\n")
		}
	}
	t.w.WriteString("  " + t.look.Name(t.look.Escape(subject(f))) + ": " + t.look.Escape(f.Message))
	if f.Rule.Fix != "" && !f.Fixable {
		t.w.WriteString(t.look.Faint(" (not by itself)"))
	}
	t.w.WriteByte('\n')
	if f.Where != "" && f.Where != subject(f) {
		where := "    at " + t.look.Escape(f.Where)
		if f.Offset >= 0 {
			where += ", byte " + strconv.FormatInt(f.Offset, 10)
		}
		t.w.WriteString(t.look.Faint(where) + "\n")
	}
	_, err := t.w.Write(nil)
	return err
}

func (t *text) dress(s validate.Severity) func(string) string {
	if s >= validate.Error {
		return t.look.Bad
	}
	return t.look.Warn
}

// subject names what a finding is about.
func subject(f *validate.Finding) string {
	var parts []string
	if f.Type != "" {
		parts = append(parts, contrail.HyphenType(f.Type))
	}
	if len(f.FQName) > 0 {
		parts = append(parts, contrail.JoinName(f.FQName))
	}
	if f.UUID != "" {
		parts = append(parts, f.UUID)
	}
	if len(parts) == 0 {
		return f.Where
	}
	return strings.Join(parts, " ")
}

func (t *text) End(s *validate.Summary) error {
	if t.severity != 0 {
		t.w.WriteByte('\n')
	}
	for _, group := range skippedByReason(s) {
		t.w.WriteString(t.look.Faint("skipped: "+strings.Join(group.ids, ", ")+": "+group.reason) + "\n")
	}
	if s.Incomplete != nil {
		t.w.WriteString(t.look.Bad("not read to the end: ") + t.look.Escape(s.Incomplete.Error()) + "\n")
		t.w.WriteString(t.look.Faint("what has to be compared with the rest of the dump was not checked") + "\n")
	}
	if s.Known > 0 {
		t.w.WriteString(t.look.Faint("known from the baseline: "+strconv.FormatInt(s.Known, 10)) + "\n")
	}
	t.w.WriteString(Totals(s) + "\n")
	return flushed(t.w)
}

type skippedGroup struct {
	reason string
	ids    []string
}

// skippedByReason groups the rules that were left out.
func skippedByReason(s *validate.Summary) []skippedGroup {
	var groups []skippedGroup
next:
	for _, k := range s.Skipped {
		for i := range groups {
			if groups[i].reason == k.Reason {
				groups[i].ids = append(groups[i].ids, k.Rule.ID)
				continue next
			}
		}
		groups = append(groups, skippedGroup{k.Reason, []string{k.Rule.ID}})
	}
	return groups
}

// Totals says in a line what was found.
func Totals(s *validate.Summary) string {
	var parts []string
	for i := len(validate.Severities) - 1; i >= 0; i-- {
		v := validate.Severities[i]
		if n := s.Findings[v]; n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+" "+v.String())
		}
	}
	if len(parts) == 0 {
		return "no findings"
	}
	return "findings: " + strings.Join(parts, ", ")
}
