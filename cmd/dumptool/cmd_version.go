package main

import (
	"bufio"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

type versionOptions struct {
	json bool
}

func newVersionCmd(app *app) *cobra.Command {
	var opts versionOptions
	cmd := &cobra.Command{
		Use:     "version [flags]",
		Short:   "Show the version of the program",
		GroupID: groupOther,
		Example: examples(
			"dumptool version", "version, revision, Go, system",
			"dumptool version --json", "the same for scripts",
			"dumptool --version", "the version alone",
		),
		Args: operands(0),
		RunE: func(_ *cobra.Command, _ []string) error { return runVersion(app, opts) },
	}
	jsonFlag(cmd, &opts.json)
	return cmd
}

func runVersion(app *app, opts versionOptions) error {
	v := buildVersion()
	if opts.json {
		return app.printJSON(v)
	}
	return app.print(func(w *bufio.Writer) error {
		_, err := fmt.Fprintf(w, "dumptool %s%s\n%s %s/%s\n", v.Version, v.source(), v.Go, v.OS, v.Arch)
		return err
	})
}

// version is what the program knows about itself. Its fields are read by scripts: they are only ever added.
type version struct {
	Schema   string `json:"schema"`
	Version  string `json:"version"`  // "devel" for a build out of a work tree
	Revision string `json:"revision"` // of the source; "" if unknown
	Date     string `json:"date"`     // of the revision, RFC 3339; "" if unknown
	Modified bool   `json:"modified"` // the source differed from the revision
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// buildVersion reads what the Go linker has put into the program.
func buildVersion() version {
	v := version{Schema: "dumptool.version/1", Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.time":
			v.Date = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

// source says in a few words what the program was built from, "" if that is unknown.
func (v version) source() string {
	if v.Revision == "" {
		return ""
	}
	text := " (revision " + v.Revision[:min(len(v.Revision), 12)]
	if v.Modified {
		text += ", modified"
	}
	return text + ", " + v.Date + ")"
}
