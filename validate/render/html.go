package render

import (
	"bufio"
	"fmt"
	"html"
	"strconv"

	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate"
)

// NewHTML returns a renderer of one HTML file that needs nothing else, neither network nor script. It wants findings by
// severity; they wait in a temporary file in dir until the counts are known.
func NewHTML(w *bufio.Writer, r Report, dir spill.Dir) Renderer {
	return &page{w: w, report: r, body: body{dir: dir}}
}

type page struct {
	w        *bufio.Writer
	report   Report
	body     body
	severity validate.Severity
	rule     *validate.Rule
}

const pageStyle = `body{font:15px/1.45 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem}h2{margin-top:2rem;border-bottom:2px solid #ccc}h3{margin-bottom:.2rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .6rem;border-top:1px solid #ddd}
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}.fatal,.error{color:#a00}.warning{color:#850}.info{color:#246}
.doc{color:#555;margin:.2rem 0 .6rem}.counts b{font-size:1.3rem;margin-right:.2rem}.counts span{margin-right:1.2rem}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}td,th{border-color:#444}.fatal,.error{color:#f88}.warning{color:#fc6}.info{color:#8bf}.doc{color:#aaa}}
@media print{body{max-width:none;color:#000;background:#fff}h3{break-after:avoid}tr{break-inside:avoid}}`

func (p *page) Begin() error { return p.body.open() }

func esc(s string) string { return html.EscapeString(visible(s)) }

// visible replaces what has no place in HTML or would turn the direction of writing.
func visible(s string) string {
	out := make([]rune, 0, len(s))
	for _, c := range s {
		if c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
			c = '\ufffd'
		}
		out = append(out, c)
	}
	return string(out)
}

func (p *page) Finding(f *validate.Finding) error {
	if f.Severity != p.severity {
		p.closeRule()
		p.severity = f.Severity
		fmt.Fprintf(p.body, "<h2 class=\"%s\">%s</h2>\n", f.Severity, f.Severity)
	}
	if f.Rule != p.rule {
		p.closeRule()
		p.rule = f.Rule
		fmt.Fprintf(p.body, "<h3 id=\"%s-%s\"><code>%s</code> %s</h3>\n<p class=\"doc\">%s %s</p>\n<table><tr><th>object</th><th>finding</th></tr>\n",
			f.Severity, esc(f.Rule.ID), esc(f.Rule.ID), esc(f.Rule.Title), esc(f.Rule.Doc), esc(fixText(f.Rule)))
	}
	where := f.Where
	if f.Offset >= 0 {
		where += ", byte " + strconv.FormatInt(f.Offset, 10)
	}
	fmt.Fprintf(p.body, "<tr><td>%s</td><td>%s<br><code>%s</code></td></tr>\n", esc(subject(f)), esc(f.Message), esc(where))
	return p.body.err()
}

func (p *page) closeRule() {
	if p.rule != nil {
		p.body.WriteString("</table>\n")
		p.rule = nil
	}
}

func (p *page) End(s *validate.Summary) error {
	defer p.body.close()
	p.closeRule()
	title := "Validation of " + p.report.File
	fmt.Fprintf(p.w, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>%s</title><style>%s</style></head><body>
<h1>%s</h1>
<p class="counts">`, esc(title), pageStyle, esc(title))
	for i := len(validate.Severities) - 1; i >= 0; i-- {
		v := validate.Severities[i]
		fmt.Fprintf(p.w, "<span class=\"%s\"><b>%d</b>%s</span>", v, s.Findings[v], v)
	}
	fmt.Fprintf(p.w, "</p>\n<p>%d objects, %d ZooKeeper nodes. dumptool %s.</p>\n", s.Objects, s.Nodes, esc(p.report.Version))
	if s.Known > 0 {
		fmt.Fprintf(p.w, "<p>%d more are known from the baseline.</p>\n", s.Known)
	}
	if s.Incomplete != nil {
		fmt.Fprintf(p.w, "<p class=\"error\">Not read to the end: %s</p>\n", esc(s.Incomplete.Error()))
	}
	for _, g := range skippedByReason(s) {
		fmt.Fprintf(p.w, "<p class=\"doc\">Skipped: %s: %s.</p>\n", esc(joined(g.ids)), esc(g.reason))
	}
	if err := p.body.copyTo(p.w); err != nil {
		return err
	}
	p.w.WriteString("</body></html>\n")
	return flushed(p.w)
}

func joined(ids []string) string {
	s := ""
	for i, id := range ids {
		if i > 0 {
			s += ", "
		}
		s += id
	}
	return s
}
