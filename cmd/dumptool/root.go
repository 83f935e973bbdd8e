package main

import (
	"io"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/internal/humanize"
)

// globalOptions are the flags that every command has.
type globalOptions struct {
	memory     int64    // the budget in bytes
	noIndex    bool     // the text is read in full even where there is an index
	tempDir    string   // where to spill; "" for the system's folder
	volumeDirs []string // where volumes of a manifest may be, beside its own folder
	partial    bool     // a manifest opens although volumes are missing
	quiet      bool
	verbose    int
	color      term.Mode
	noPager    bool
	progress   term.ProgressMode
	logFormat  string
	logFile    string
}

const (
	defaultMemory = 256 << 20
	leastMemory   = 32 << 20
)

// The groups of commands in the help of the program.
const (
	groupLook  = "look"
	groupMake  = "make"
	groupCheck = "check"
	groupLive  = "live"
	groupOther = "other"
)

func newRootCmd(app *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dumptool COMMAND",
		Short: "Look into, compare, change and check dumps of Contrail / Tungsten Fabric configuration databases",
		Long: `A dump is what db_json_exim.py writes: one JSON document with the Cassandra keyspaces and the ZooKeeper nodes.
FILE may be plain, compressed, or "-" for standard input; see "dumptool help files".`,
		Example: examples(
			"dumptool generate --objects 1000 --seed 1 -o db-dump.json", "make a dump to play with",
			"dumptool help exit-codes", "what scripts can rely on",
			"source <(dumptool completion bash)", "let the shell complete commands and flags",
		),
		Version:       buildVersion().Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(_ *cobra.Command, _ []string) error {
			return app.setUp()
		},
	}
	subcommands(cmd)
	cmd.SetIn(app.streams.In)
	cmd.SetOut(app.streams.Out)
	cmd.SetErr(app.streams.Err)
	cmd.SetVersionTemplate("dumptool {{.Version}}\n")
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(app.streams, cmd) })
	cmd.CompletionOptions.DisableDefaultCmd = true
	app.global.register(cmd)
	app.live.registerHidden(cmd.PersistentFlags())

	cmd.AddGroup(
		&cobra.Group{ID: groupLook, Title: "Look into dumps"},
		&cobra.Group{ID: groupMake, Title: "Make dumps out of dumps"},
		&cobra.Group{ID: groupCheck, Title: "Check and mend"},
		&cobra.Group{ID: groupLive, Title: "Live databases"},
		&cobra.Group{ID: groupOther, Title: "Other commands"},
	)
	cmd.AddCommand(
		newDiffCmd(app),
		newGenerateCmd(app),
		newCompletionCmd(app),
		newCompressCmd(app),
		newDecompressCmd(app),
		newIndexCmd(app),
		newSplitCmd(app),
		newJoinCmd(app),
		newVerifyCmd(app),
		newExportCmd(app),
		newFilterCmd(app),
		newFindCmd(app),
		newGetCmd(app),
		newImportCmd(app),
		newInfoCmd(app),
		newLsCmd(app),
		newQueryCmd(app),
		newRedactCmd(app),
		newUnredactCmd(app),
		newManCmd(app),
		newPatchCmd(app),
		newValidateCmd(app),
		newPrettyCmd(app),
		newRunbookCmd(app),
		newVersionCmd(app),
		newRepairCmd(app),
		newTextconvCmd(app),
		newGitSetupCmd(app),
		newGitDiffCmd(app),
	)
	cmd.SetHelpCommand(newHelpCmd())
	cmd.AddCommand(newHelpTopics()...)
	return cmd
}

// register adds the flags to the root, from where all commands inherit them.
func (g *globalOptions) register(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.BoolVar(&g.noIndex, "ignore-index", false, "read the text alone, and not an index that comes with it")
	sizeVar(flags, &g.memory, "memory", defaultMemory, "stay within `SIZE` of memory, whatever the size of the dump")
	flags.StringVar(&g.tempDir, "tmp-dir", "", "put temporary files into `DIR`")
	flags.StringSliceVar(&g.volumeDirs, "volume-dir", nil, "look for the volumes of a manifest in `DIR` too")
	flags.BoolVar(&g.partial, "partial", false, "open a manifest with the volumes that are there")
	flags.BoolVarP(&g.quiet, "quiet", "q", false, "print errors only, beside the answer")
	flags.CountVarP(&g.verbose, "verbose", "v", "say what is being done; -vv says more")
	choiceVar(root, flags, &g.color, "color", term.Auto, "colour `WHEN`", term.Auto, term.Always, term.Never)
	flags.BoolVar(&g.noPager, "no-pager", false, "don't page long answers on a terminal")
	choiceVar(root, flags, &g.progress, "progress", term.ProgressAuto, "show progress as `HOW`",
		term.ProgressAuto, term.ProgressPlain, term.ProgressNone)
	choiceVar(root, flags, &g.logFormat, "log-format", "text", "write messages as `FORMAT`", "text", "json")
	flags.StringVar(&g.logFile, "log-file", "", "append messages to `FILE` instead of standard error")
	flags.SortFlags = false
}

// setUp puts the global flags into effect.
func (a *app) setUp() error {
	g := a.global
	if g.quiet && g.verbose > 0 {
		return usagef("--quiet and --verbose exclude each other")
	}
	if g.memory < leastMemory {
		return usagef("--memory: at least %s is needed", humanize.Size(leastMemory))
	}
	if g.tempDir != "" {
		if info, err := os.Stat(g.tempDir); err != nil {
			return usagef("--tmp-dir: %w", err)
		} else if !info.IsDir() {
			return usagef("--tmp-dir: %s is not a folder", g.tempDir)
		}
	}
	a.streams.SetColor(g.color)
	a.streams.SetPager(!g.noPager)
	if g.quiet {
		a.streams.SetProgress(term.ProgressNone)
	} else {
		a.streams.SetProgress(g.progress)
	}
	a.limitHeap(g.memory - g.memory/8) // an eighth is left for what isn't heap
	return a.setUpLog()
}

// limitHeap lets the collector work harder when the heap nears so many bytes. Somebody who has set GOMEMLIMIT knows better.
func (a *app) limitHeap(bytes int64) {
	if a.streams.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bytes)
	}
}

func (a *app) setUpLog() error {
	level := slog.LevelInfo - slog.Level(4*a.global.verbose)
	if a.global.quiet {
		level = slog.LevelError
	}
	var w io.Writer = a.streams.Err
	if a.global.logFile != "" {
		f, err := os.OpenFile(a.global.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return usagef("--log-file: %w", err)
		}
		w, a.logFile = f, f
	}
	if a.global.logFormat == "json" {
		a.log = slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	} else {
		a.log = slog.New(term.NewLogHandler(w, "dumptool", level))
	}
	return nil
}
