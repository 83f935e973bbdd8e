package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate"
)

// NewJUnit returns a renderer of the XML that build servers read: a test case for each finding, a failure if it is at
// or above failOn, and one for each rule that found nothing or couldn't be applied. Counts stand at the beginning, so
// the cases wait in a temporary file in dir.
func NewJUnit(w *bufio.Writer, r Report, failOn validate.Severity, dir spill.Dir) Renderer {
	return &junit{w: w, report: r, failOn: failOn, body: body{dir: dir}}
}

type junit struct {
	w        *bufio.Writer
	report   Report
	failOn   validate.Severity
	body     body
	failures int64
	cases    int64
	skipped  int64
	found    map[*validate.Rule]bool
}

func (j *junit) Begin() error {
	j.found = map[*validate.Rule]bool{}
	return j.body.open()
}

func (j *junit) Finding(f *validate.Finding) error {
	j.cases++
	j.found[f.Rule] = true
	fmt.Fprintf(j.body, "    <testcase classname=\"%s\" name=\"%s\">\n", xmlText(f.Rule.ID), xmlText(f.Rule.Title+": "+subject(f)))
	what := f.Message + "\n" + f.Where
	if f.Fixable {
		what += "\nfix: " + f.Rule.Fix
	}
	if f.Severity >= j.failOn {
		j.failures++
		fmt.Fprintf(j.body, "      <failure type=\"%s\" message=\"%s\">%s</failure>\n", f.Severity, xmlText(f.Message), xmlText(what))
	} else {
		fmt.Fprintf(j.body, "      <system-out>%s: %s</system-out>\n", f.Severity, xmlText(what))
	}
	fmt.Fprint(j.body, "    </testcase>\n")
	return j.body.err()
}

func (j *junit) End(s *validate.Summary) error {
	defer j.body.close()
	skipped := map[*validate.Rule]bool{}
	for _, k := range s.Skipped {
		j.cases++
		j.skipped++
		skipped[k.Rule] = true
		fmt.Fprintf(j.body, "    <testcase classname=\"%s\" name=\"%s\"><skipped message=\"%s\"/></testcase>\n", xmlText(k.Rule.ID), xmlText(k.Rule.Title), xmlText(k.Reason))
	}
	for _, r := range j.report.Rules {
		if !j.found[r] && !skipped[r] {
			j.cases++
			fmt.Fprintf(j.body, "    <testcase classname=\"%s\" name=\"%s\"/>\n", xmlText(r.ID), xmlText(r.Title))
		}
	}
	counts := fmt.Sprintf("tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\"", j.cases, j.failures, incomplete(s), j.skipped)
	fmt.Fprintf(j.w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dumptool validate\" %s>\n  <testsuite name=\"%s\" %s>\n", counts, xmlText(j.report.File), counts)
	if err := j.body.copyTo(j.w); err != nil {
		return err
	}
	if s.Incomplete != nil {
		fmt.Fprintf(j.w, "    <system-err>%s</system-err>\n", xmlText(s.Incomplete.Error()))
	}
	j.w.WriteString("  </testsuite>\n</testsuites>\n")
	return flushed(j.w)
}

func incomplete(s *validate.Summary) int {
	if s.Incomplete != nil {
		return 1
	}
	return 0
}

// xmlText escapes text for XML, which has no place for most control characters.
func xmlText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c == '&':
			b.WriteString("&amp;")
		case c == '"':
			b.WriteString("&quot;")
		case c == '\n', c == '\t':
			fmt.Fprintf(&b, "&#%d;", c)
		case c == utf8.RuneError && size == 1, c < ' ', c >= 0x7f && c < 0xa0, c == 0xfffe, c == 0xffff, c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069:
			b.WriteRune('\ufffd')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// body is what waits in a temporary file until the counts are known.
type body struct {
	dir  spill.Dir
	file *spill.File
	*bufio.Writer
}

func (b *body) open() error {
	f, err := b.dir.Create()
	if err != nil {
		return err
	}
	b.file, b.Writer = f, bufio.NewWriterSize(f, 64<<10)
	return nil
}

func (b *body) err() error {
	_, err := b.Writer.Write(nil)
	return err
}

func (b *body) copyTo(w io.Writer) error {
	if err := b.Flush(); err != nil {
		return err
	}
	_, err := io.Copy(w, b.file.Section(0, b.file.Size()))
	return err
}

func (b *body) close() { b.file.Close() }
