package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// newGitDiffCmd is what git calls as an external diff: PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX NEW-MODE, and two
// more if the file was renamed. It ends with 0 whatever it finds, since git takes anything else for a failure.
func newGitDiffCmd(app *app) *cobra.Command {
	const oldFile, newFile = 1, 4
	return &cobra.Command{
		Use:     "git-diff PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX NEW-MODE",
		Short:   "Compare two versions of a dump, called by git",
		GroupID: groupOther,
		Long:    `Git calls it with these operands if it is GIT_EXTERNAL_DIFF or the setting diff.external or diff.NAME.command.`,
		Example: examples(
			"GIT_EXTERNAL_DIFF='dumptool git-diff' git diff -- db-dump.json", "what has changed since the last commit",
			"git -c diff.external='dumptool git-diff' log --ext-diff -p", "through all of history",
			"git config diff.dumptool.command 'dumptool git-diff'", "always, for files with the attribute diff=dumptool",
		),
		Hidden: true,
		Args:   operands(7, "PATH", "OLD-FILE", "OLD-HEX", "OLD-MODE", "NEW-FILE", "NEW-HEX", "NEW-MODE", "OLD-PATH", "SIMILARITY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runGitDiff(cmd.Context(), app, args[0], args[oldFile], args[newFile])
		},
	}
}

func runGitDiff(ctx context.Context, app *app, path, before, after string) error {
	if err := app.print(func(w *bufio.Writer) error {
		_, err := w.WriteString("dumptool diff a/" + path + " b/" + path + "\n")
		return err
	}); err != nil {
		return err
	}
	for _, side := range []*string{&before, &after} {
		if *side != os.DevNull {
			continue
		}
		empty, err := emptyDump(app.global.tempDir)
		if err != nil {
			return err
		}
		defer os.RemoveAll(filepath.Dir(empty))
		*side = empty
	}
	opts := diffOptions{format: diffText}
	o, err := opts.options()
	if err != nil {
		return err
	}
	err = runDiff(ctx, app, opts, o, before, after)
	var status *statusError
	if errors.As(err, &status) && status.code == exitFound {
		return nil
	}
	return err
}

// emptyDump is a file that stands for a version that isn't there.
func emptyDump(dir string) (string, error) {
	dir, err := os.MkdirTemp(dir, "dumptool-")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "(none)")
	if err := os.WriteFile(name, []byte(`{"cassandra": {}, "zookeeper": "[]"}`), 0o600); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	return name, nil
}
