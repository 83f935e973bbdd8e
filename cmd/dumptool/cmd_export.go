package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/export/unload"
	"github.com/dumptool/dumptool/filter/redact"
	"github.com/dumptool/dumptool/internal/atomicfile"
)

type exportOptions struct {
	selectionOptions
	output   outputOptions
	redact   redactOptions
	zkCompat bool
	skip     bool
	quiet    bool
	noCheck  bool
	resume   bool
	rate     int64
	page     int
	workers  int
	json     bool
}

func newExportCmd(app *app) *cobra.Command {
	var opts exportOptions
	cmd := &cobra.Command{
		Use:     "export [flags] -o OUT",
		Short:   "Write live databases to a dump",
		GroupID: groupLive,
		Long: `Reads the keyspaces of Contrail and the ZooKeeper nodes with paging and ranges of tokens, several at a time, and writes a dump
that the original tool takes too. Times to live, ACLs and other things that it has no room for stand in the member "dumptool".

Where the databases are is read from contrail-api.conf unless flags or the environment say it; a port of Thrift there is
replaced by that of CQL. In the end the write times are read once more: whether anything changed meanwhile is said, and kept in
the dump.

An export that is interrupted keeps what it has read in OUT.partial, and --resume goes on from there.`,
		Example: examples(
			"dumptool export -o db-dump.json.zst", "with the configuration of this controller",
			"dumptool export --cassandra a,b,c --zookeeper a,b,c --omit-keyspace dm_keyspace -o db-dump.json", "from elsewhere",
			"dumptool export --require-quiet -o db-dump.json", "only if nothing changes meanwhile",
			"dumptool export --resume -o db-dump.json.zst", "go on after an interruption",
		),
		Args: operands(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runExport(cmd.Context(), app, opts)
		},
	}
	flags := cmd.Flags()
	opts.output.register(cmd)
	opts.output.dump = true
	app.live.register(cmd)
	opts.selectionOptions.register(cmd)
	choiceVar(cmd, flags, &opts.redact.profile, "redact", "", "take out what `PROFILE` says, as the command redact does", redact.Share, redact.Anonymous)
	opts.redact.register(flags)
	flags.BoolVar(&opts.zkCompat, "zk-compat", false, "only the ZooKeeper nodes that the original tool exports")
	flags.BoolVar(&opts.skip, "skip-unreadable", false, "leave out ZooKeeper nodes that may not be read, and say so")
	flags.BoolVar(&opts.quiet, "require-quiet", false, "fail if anything changes meanwhile")
	flags.BoolVar(&opts.noCheck, "no-quiet-check", false, "don't look whether anything changes meanwhile")
	flags.BoolVar(&opts.resume, "resume", false, "go on with an interrupted export")
	sizeVar(flags, &opts.rate, "max-rate", 0, "read at most `SIZE` a second")
	flags.IntVar(&opts.page, "buffer-size", defaultPage, "ask for `N` cells at once")
	flags.IntVar(&opts.workers, "concurrency", 4, "read `N` ranges at the same time")
	jsonFlag(cmd, &opts.json)
	exits(cmd, map[int]string{exitPartial: "interrupted; --resume goes on"})
	return cmd
}

// partialSuffix is what the folder is called that an export keeps what it has read in.
const partialSuffix = ".partial"

func (o *exportOptions) check() error {
	switch {
	case o.output.path == "":
		return withHint(usagef("missing -o OUT"), `"-o -" is standard output`)
	case o.quiet && o.noCheck:
		return usagef("--require-quiet and --no-quiet-check exclude each other")
	case o.resume && o.output.stdout():
		return usagef("an export to standard output keeps nothing to go on from")
	case o.json && o.output.stdout():
		return usagef("the report and the dump can't both go to standard output")
	case o.redact.profile == "" && o.redact.any():
		return usagef("--key-file, --new-key, --rules, --report, --map and --uuids go with --redact PROFILE")
	case o.json && o.redact.report == "-":
		return usagef("the two reports can't both go to standard output")
	case o.page < 1 || o.workers < 1:
		return usagef("--buffer-size and --concurrency are numbers from 1 on")
	}
	return nil
}

func runExport(ctx context.Context, app *app, opts exportOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	if opts.resume {
		// The process that is gone on for is gone, and what it may have left goes too.
		if err := atomicfile.Sweep(opts.output.path); err != nil {
			return err
		}
	}
	out, err := app.create(opts.output)
	if err != nil {
		return err
	}
	defer out.abort()
	stages, done, err := opts.stages(app)
	if err != nil {
		return err
	}
	defer done()
	r, c, err := app.live.openReaders(ctx, app, opts.page)
	if err != nil {
		return err
	}
	defer r.close()
	o := app.unloadOptions(c)
	stages.limit(&o)
	o.ZKCompat, o.SkipUnreadable, o.NoCheck = opts.zkCompat, opts.skip, opts.noCheck
	o.Rate, o.Workers = opts.rate, opts.workers
	var folder *partialFolder
	if !opts.output.stdout() {
		if folder, err = openPartial(opts.output.path+partialSuffix, opts.resume); err != nil {
			return err
		}
		defer folder.close()
		o.Folder = unload.NewFolder(folder.root)
	}
	progress := app.streams.ProgressCount("exporting", "parts", 0)
	o.Progress = func(done, total int) {
		progress.SetTotal(int64(total))
		progress.Set(int64(done))
	}
	var result *unload.Result
	write := func(w io.Writer) error {
		return stages.run(ctx, w, func(w io.Writer) (err error) {
			result, err = unload.Write(ctx, w, r.cassandra, r.zookeeper, o)
			progress.Done()
			if err == nil && opts.quiet && (result.Quiet.Changed || result.Quiet.ZooKeeperUnknown) {
				err = notQuiet(result.Quiet)
			}
			return err
		})
	}
	if opts.output.stdout() && !stages.none() {
		err = afterwards(o.Temp, out, write)
	} else {
		err = write(out)
	}
	progress.Done()
	if err != nil {
		return folder.interrupted(err)
	}
	if stages.redaction != nil {
		if err := stages.redaction.finish(liveName, stages.report.Redacted); err != nil {
			return folder.interrupted(err)
		}
	}
	if err := out.commit(); err != nil {
		return err
	}
	folder.remove()
	return reportExport(app, opts, result, &stages.report)
}

// stages reads what the flags of selection and redaction name. The returned function gives it back.
func (o *exportOptions) stages(app *app) (*exportStages, func(), error) {
	s := &exportStages{app: app}
	sel, done, err := o.selection(app)
	if err != nil {
		return nil, nil, err
	}
	s.selection = sel
	if o.redact.profile == "" {
		return s, done, nil
	}
	o.redact.output = o.output
	if s.redaction, err = newRedaction(app, o.redact); err == nil {
		err = s.redaction.open()
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return s, func() { s.redaction.abort(); done() }, nil
}

// partialFolder is OUT.partial.
type partialFolder struct {
	path string
	root *os.Root
	made bool
}

func openPartial(path string, resume bool) (*partialFolder, error) {
	info, err := os.Lstat(path)
	switch {
	case err == nil && !resume:
		return nil, withHint(fmt.Errorf("%s: an export was begun and did not end", path), "go on with --resume, or delete the folder to begin anew")
	case err == nil && !info.IsDir():
		return nil, fmt.Errorf("%s is not a folder", path)
	case errors.Is(err, fs.ErrNotExist) && resume:
		return nil, withHint(fmt.Errorf("there is nothing to go on with: %w", err), "leave --resume out to begin")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	f := &partialFolder{path: path, made: err != nil}
	if f.made {
		if err := os.Mkdir(path, 0o700); err != nil {
			return nil, err
		}
	}
	if f.root, err = os.OpenRoot(path); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *partialFolder) close() { f.root.Close() }

// remove removes the folder and what this program has put into it.
func (f *partialFolder) remove() {
	if f == nil {
		return
	}
	names, _ := filepath.Glob(filepath.Join(f.path, "unit-*"))
	for _, name := range append(names, filepath.Join(f.path, "plan.json"), filepath.Join(f.path, "plan.json.tmp")) {
		os.Remove(name)
	}
	os.Remove(f.path)
}

// interrupted is the error of an export that may go on: if anything was kept. What can't be cured by going on is
// not worth keeping.
func (f *partialFolder) interrupted(err error) error {
	if f == nil {
		return err
	}
	units, _ := filepath.Glob(filepath.Join(f.path, "unit-*[0-9]"))
	if errors.Is(err, unload.ErrNoAccess) || errors.Is(err, errNotQuiet) || errors.Is(err, errStage) || len(units) == 0 {
		if f.made {
			f.remove()
		}
		if errors.Is(err, unload.ErrNoAccess) {
			return withHint(err, "--skip-unreadable leaves such nodes out; --zk-auth logs in")
		}
		return err
	}
	return withHint(partialf("%w; what was read is kept in %s", err, f.path), "go on with --resume")
}

var errNotQuiet = errors.New("something changed during the export")

// notQuiet says what changed.
func notQuiet(q *unload.Quiet) error {
	if !q.Changed {
		return fmt.Errorf("%w, perhaps: no ZooKeeper server says what its last transaction is (four-letter word srvr)", errNotQuiet)
	}
	return fmt.Errorf("%w: %s", errNotQuiet, changedThings(q))
}

// changedThings names some of what changed.
func changedThings(q *unload.Quiet) string {
	all := append(append([]string{}, q.Rows...), q.Nodes...)
	more := int64(len(all)) + q.More
	const shown = 10
	all = all[:min(len(all), shown)]
	text := strings.Join(all, ", ")
	if more -= int64(len(all)); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// reportExport says what was exported.
func reportExport(app *app, opts exportOptions, r *unload.Result, s *stagesReport) error {
	c := &r.Counts
	if opts.json {
		return app.print(func(w *bufio.Writer) error { return writeExportJSON(w, opts.output.path, r, s) })
	}
	app.log.Info(fmt.Sprintf("read %s with %s and %s", plural(c.Rows, "row"), plural(c.Cells, "cell"), plural(c.Nodes, "ZooKeeper node")))
	switch q := r.Quiet; {
	case q == nil:
	case q.Changed:
		app.log.Info("changed during the export: " + changedThings(q))
	case q.ZooKeeperUnknown:
		app.log.Info("nothing changed in Cassandra while exporting; of ZooKeeper no server says")
	default:
		app.log.Info("nothing changed while exporting")
	}
	if r.Quiet != nil && r.Quiet.APIServer {
		app.log.Info("an API server is elected: changes are possible; stop it for a backup to restore from")
	}
	return nil
}

func writeExportJSON(w io.Writer, path string, r *unload.Result, s *stagesReport) error {
	return encodeLine(w, struct {
		Schema string        `json:"schema"`
		File   string        `json:"file"`
		Counts unload.Counts `json:"counts"`
		Quiet  *unload.Quiet `json:"quiet"`
		*stagesReport
	}{"dumptool.export/1", path, r.Counts, r.Quiet, s})
}

// encodeLine writes v as JSON on one line.
func encodeLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
