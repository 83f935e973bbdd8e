package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/humanize"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate"
	"github.com/dumptool/dumptool/validate/render"
	"github.com/dumptool/dumptool/validate/repair"
)

// runRepair mends what rules find.
func runRepair(ctx context.Context, app *app, opts repairOptions, o repair.Options, file string) error {
	d, done, err := app.openDump(file)
	if err != nil {
		return err
	}
	defer done()
	report, err := newRepairReport(app, opts, file)
	if err != nil {
		return err
	}
	defer report.close()
	o.Log = report.entry
	var summary *repair.Summary
	if opts.dryRun {
		summary, err = dryRun(ctx, app, opts, o, d, file)
	} else {
		summary, err = repairTo(ctx, app, opts, o, d, file)
	}
	switch {
	case errors.Is(err, repair.ErrIncomplete):
		return withHint(err, "repair --salvage takes what is whole out of a damaged file")
	case err != nil:
		return err
	}
	if err := report.end(summary); err != nil {
		return err
	}
	return report.verdict(file, summary)
}

// repairTo writes the mended dump.
func repairTo(ctx context.Context, app *app, opts repairOptions, o repair.Options, d *dump.Dump, file string) (*repair.Summary, error) {
	out, err := app.create(opts.output, file, opts.report)
	if err != nil {
		return nil, err
	}
	defer out.abort()
	summary, err := repair.Repair(ctx, out, d, o)
	if err != nil {
		return nil, err
	}
	if err := out.commit(); err != nil {
		return nil, err
	}
	return summary, nil
}

// dryRun shows what a repair would change.
func dryRun(ctx context.Context, app *app, opts repairOptions, o repair.Options, d *dump.Dump, file string) (*repair.Summary, error) {
	text, err := spill.Dir(app.global.tempDir).Create()
	if err != nil {
		return nil, err
	}
	defer text.Close()
	summary, err := repair.Repair(ctx, text, d, o)
	if err != nil {
		return nil, err
	}
	mended, err := dump.Open(dump.Input{Name: file + " (mended)", At: text, Size: text.Size()}, dump.Options{Temp: spill.Dir(app.global.tempDir), Memory: app.global.memory})
	if err != nil {
		return nil, err
	}
	defer mended.Close()
	if opts.json && opts.format == diffText {
		return summary, nil // the report is what was asked for
	}
	if err := showRepair(ctx, app, opts, file, d, mended); err != nil {
		return nil, withHint(err, "--dry-run --json shows the edits of a dump that can't be compared")
	}
	return summary, nil
}

// showRepair prints the difference that a repair makes.
func showRepair(ctx context.Context, app *app, opts repairOptions, file string, a, b *dump.Dump) error {
	if opts.format == diffPatch {
		return app.print(func(w *bufio.Writer) error {
			_, err := patch.Write(ctx, w, a, b)
			return err
		})
	}
	o := diff.Options{Show: map[diff.Reason]bool{}}
	for _, r := range diff.Reasons() {
		o.Show[r] = true
	}
	result, err := diff.Compare(ctx, a, b, o)
	if err != nil {
		return err
	}
	defer result.Close()
	return printDiff(app, diffOptions{format: opts.format, showSecrets: opts.showSecrets}, file, file+" (mended)", result)
}

// repairReport tells what a repair does: as JSON Lines, and the most important of it for people.
type repairReport struct {
	app    *app
	out    *output
	json   *json.Encoder
	buffer *bufio.Writer
	begun  bool
	said   int
	unsaid int
	counts validate.Severity // from here on what is left makes the exit code
}

// repairReportSchema is what the first line of a report names.
const repairReportSchema = "dumptool.repair/1"

// saidByRepair is how many lines about removed objects and what is left people are told.
const saidByRepair = 20

func newRepairReport(app *app, opts repairOptions, file string) (*repairReport, error) {
	r := &repairReport{app: app, counts: validate.Warning}
	if opts.all {
		r.counts = validate.Error
	}
	var w io.Writer
	switch {
	case opts.report != "":
		out, err := app.create(outputOptions{path: opts.report, force: opts.output.force}, file)
		if err != nil {
			return nil, err
		}
		r.out, w = out, out
	case opts.json:
		w = app.streams.Out
	default:
		return r, nil
	}
	r.buffer = bufio.NewWriter(w)
	r.json = json.NewEncoder(r.buffer)
	r.json.SetEscapeHTML(false)
	return r, nil
}

func (r *repairReport) close() {
	if r.out != nil {
		r.out.abort()
	}
}

// repairLine is a line of the report.
type repairLine struct {
	Schema  string          `json:"schema,omitempty"`
	Edit    *repairEdit     `json:"edit,omitempty"`
	Removed *repairRemoved  `json:"removed,omitempty"`
	Left    json.RawMessage `json:"left,omitempty"`
	Summary *repairSummary  `json:"summary,omitempty"`
}

type repairEdit struct {
	Round int    `json:"round"`
	ID    string `json:"id"`
	Op    string `json:"op"`
	Where string `json:"where"`
}

type repairRemoved struct {
	Round      int             `json:"round"`
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	UUID       string          `json:"uuid"`
	FQName     json.RawMessage `json:"fq_name"`
	References int             `json:"references"`
	Children   int             `json:"children"`
}

type repairSummary struct {
	Rounds  int              `json:"rounds"`
	Edits   int64            `json:"edits"`
	ByRule  map[string]int64 `json:"by_rule"`
	Removed int64            `json:"removed"`
	Left    map[string]int64 `json:"left"`
	Settled bool             `json:"settled"`
}

// entry takes what the repair tells.
func (r *repairReport) entry(e *repair.Entry) error {
	var line repairLine
	switch {
	case e.Edit != nil:
		line.Edit = &repairEdit{e.Round, e.Edit.Rule.ID, e.Edit.Op.String(), placeOf(e.Edit)}
	case e.Removed != nil:
		x := e.Removed
		line.Removed = &repairRemoved{e.Round, x.Rule.ID, x.Type, x.UUID, json.RawMessage(x.FQName), x.References, x.Children}
		if x.FQName == "" {
			line.Removed.FQName = json.RawMessage("null")
		}
		r.sayRemoved(x)
	case e.Left != nil:
		line.Left = findingJSON(e.Left)
		if e.Left.Severity >= r.counts {
			r.say("left: " + e.Left.Rule.ID + " " + e.Left.Severity.String() + " " + term.Escape(e.Left.Where+": "+e.Left.Message))
		}
	}
	return r.write(&line)
}

// findingJSON is a finding as validate --json writes it.
func findingJSON(f *validate.Finding) json.RawMessage {
	return append(render.AppendFinding([]byte{'{'}, f), '}')
}

// placeOf is the place of an edit.
func placeOf(e *validate.Edit) string {
	if e.Path.Level != dump.AtRoot {
		return e.Path.String()
	}
	if e.Op == validate.Reroot || e.Op == validate.AddZooKeeper {
		return "zk:/"
	}
	return ""
}

func (r *repairReport) sayRemoved(x *repair.Removed) {
	name := x.UUID
	var parts []string
	if json.Unmarshal([]byte(x.FQName), &parts) == nil && len(parts) > 0 {
		name = contrail.JoinName(parts)
	}
	line := "removed: " + term.Escape(x.Type+" "+name)
	if x.References > 0 {
		line += ", which " + humanize.Plural(int64(x.References), "object") + " referred to"
	}
	if x.Children > 0 {
		line += ", with " + humanize.Plural(int64(x.Children), "child column")
	}
	r.say(line)
}

// say tells people a line, if it is one of the first.
func (r *repairReport) say(line string) {
	if r.said++; r.said > saidByRepair {
		r.unsaid++
		return
	}
	r.app.log.Info(line)
}

func (r *repairReport) write(line *repairLine) error {
	if r.json == nil {
		return nil
	}
	if !r.begun {
		r.begun = true
		line.Schema = repairReportSchema
	}
	return r.json.Encode(line)
}

// end writes the last line of the report.
func (r *repairReport) end(s *repair.Summary) error {
	x := repairSummary{Rounds: s.Rounds, Edits: s.Edits, ByRule: s.ByRule, Removed: s.Removed, Settled: !s.Unsettled, Left: map[string]int64{}}
	for severity, n := range s.LeftSelected {
		x.Left[severity.String()] = n
	}
	if err := r.write(&repairLine{Summary: &x}); err != nil {
		return err
	}
	if r.unsaid > 0 {
		r.app.log.Info(fmt.Sprintf("and %s more; --report FILE lists all", humanize.Count(int64(r.unsaid))))
	}
	if r.buffer != nil {
		if err := r.buffer.Flush(); err != nil {
			return err
		}
	}
	if r.out != nil {
		return r.out.commit()
	}
	return nil
}

// verdict says how it went, and makes the exit code.
func (r *repairReport) verdict(file string, s *repair.Summary) error {
	done := "nothing to mend"
	if s.Edits > 0 {
		done = humanize.Plural(s.Edits, "edit")
		for _, id := range slices.Sorted(maps.Keys(s.ByRule)) {
			r.app.log.Debug(fmt.Sprintf("%s: %s", id, humanize.Plural(s.ByRule[id], "edit")))
		}
		if s.Removed > 0 {
			done += ", " + humanize.Plural(s.Removed, "object") + " removed"
		}
	}
	left := int64(0)
	for severity, n := range s.LeftSelected {
		if severity >= r.counts {
			left += n
		}
	}
	if left > 0 {
		return partialf("%s: %s; %s can't be mended", file, done, humanize.Plural(left, "finding"))
	}
	if s.Unsettled {
		return partialf("%s: %s; some edits contradict each other and were given up", file, done)
	}
	r.app.log.Info(file + ": " + done)
	return nil
}
