package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/dumptool/dumptool/internal/atomicfile"
)

type manOptions struct {
	dir   string
	force bool
}

func newManCmd(app *app) *cobra.Command {
	var opts manOptions
	cmd := &cobra.Command{
		Use:     "man [COMMAND...] [flags]",
		Short:   "Print or write man pages",
		GroupID: groupOther,
		Example: examples(
			"dumptool man | man -l -", "read the page of the program",
			"dumptool man version | man -l -", "read the page of a command",
			"dumptool man -o /usr/local/share/man/man1", "write the pages of all commands",
		),
		Args: operands(0, "COMMAND..."),
		RunE: func(cmd *cobra.Command, args []string) error { return runMan(app, opts, cmd.Root(), args) },
	}
	cmd.Flags().StringVarP(&opts.dir, "output", "o", "", "write the pages of all commands into `DIR`")
	cmd.Flags().BoolVarP(&opts.force, "force", "f", false, "replace existing files")
	return cmd
}

func runMan(app *app, opts manOptions, root *cobra.Command, words []string) error {
	date, err := manDate(app.streams.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		return err
	}
	if opts.dir == "" {
		about, rest, err := root.Find(words)
		if err != nil || len(rest) > 0 || isTopic(about) {
			return unknownCommand(root, strings.Join(words, " "))
		}
		return app.print(func(w *bufio.Writer) error { return writeManPage(w, about, date) })
	}
	if len(words) > 0 {
		return usagef("-o writes the pages of all commands: leave out %q", strings.Join(words, " "))
	}
	if err := os.MkdirAll(opts.dir, 0o755); err != nil {
		return err
	}
	return writeManTree(opts, root, date)
}

// writeManTree writes the page of cmd and of all commands below it.
func writeManTree(opts manOptions, cmd *cobra.Command, date time.Time) error {
	if cmd.Hidden || isTopic(cmd) {
		return nil
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
	err := atomicfile.WriteFile(filepath.Join(opts.dir, name), atomicfile.Options{Force: opts.force, Mode: 0o644}, func(w io.Writer) error {
		return writeManPage(w, cmd, date)
	})
	if err != nil {
		return hintForce(err)
	}
	for _, c := range cmd.Commands() {
		if err := writeManTree(opts, c, date); err != nil {
			return err
		}
	}
	return nil
}

// writeManPage writes the page of cmd, with the exit codes, which cobra knows nothing of, before the references.
func writeManPage(w io.Writer, cmd *cobra.Command, date time.Time) error {
	cmd.DisableAutoGenTag = true
	var page bytes.Buffer
	header := doc.GenManHeader{Section: "1", Date: &date, Source: "dumptool " + buildVersion().Version, Manual: "dumptool manual"}
	if err := doc.GenMan(cmd, &header, &page); err != nil {
		return fmt.Errorf("man page of %s: %w", cmd.CommandPath(), err)
	}
	body, references, _ := strings.Cut(page.String(), "\n.SH SEE ALSO")
	if date.Equal(unknownDate()) {
		body = strings.Replace(body, date.Format(`"Jan 2006"`), `""`, 1)
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(body, "\n") + "\n\n.SH EXIT STATUS\n")
	for _, e := range exitMeanings(cmd) {
		fmt.Fprintf(&b, ".TP\n\\fB%d\\fP\n%s\n", e.code, e.meaning)
	}
	if references != "" {
		b.WriteString("\n.SH SEE ALSO" + references)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// manDate returns the date of the pages: the same program writes the same bytes, so it is never today's. Epoch is the
// value of SOURCE_DATE_EPOCH.
func manDate(epoch string) (time.Time, error) {
	if epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, usagef("SOURCE_DATE_EPOCH: %w", err)
		}
		return time.Unix(seconds, 0).UTC(), nil
	}
	if date, err := time.Parse(time.RFC3339, buildVersion().Date); err == nil {
		return date.UTC(), nil
	}
	return unknownDate(), nil
}

// unknownDate stands for no date, which cobra would take for today's.
func unknownDate() time.Time { return time.Unix(0, 0).UTC() }
