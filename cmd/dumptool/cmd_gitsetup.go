package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

type gitSetupOptions struct {
	global   bool
	patterns []string
}

func newGitSetupCmd(app *app) *cobra.Command {
	opts := gitSetupOptions{}
	cmd := &cobra.Command{
		Use:     "git-setup [flags]",
		Short:   "Print the commands that make git show dumps by object",
		GroupID: groupOther,
		Long: `The commands are for a shell, in the work tree of a repository that holds dumps: a line of .gitattributes for each pattern,
and settings. Afterwards "git diff" and "git log -p" show dumps as textconv writes them, "git difftool -t dumptool" compares
two versions with dumptool diff, and so does "git dumpdiff", an alias with an external diff. The setting cachetextconv keeps
the lines of versions that were shown before in the repository; secrets are masked in them.`,
		Example: examples(
			"dumptool git-setup", "look at it first",
			"dumptool git-setup | sh", "and do it",
			"dumptool git-setup --global --pattern '*.dump.zst' | sh", "for all your repositories",
		),
		Args: operands(0),
		RunE: func(_ *cobra.Command, _ []string) error {
			return app.print(func(w *bufio.Writer) error {
				_, err := w.WriteString(gitSetup(opts))
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&opts.global, "global", false, "settings for all repositories; attributes go to git's own file")
	cmd.Flags().StringSliceVar(&opts.patterns, "pattern", []string{"*dump*.json", "*dump*.json.gz", "*dump*.json.zst"}, "files that are dumps, as .gitattributes has them")
	return cmd
}

// gitSetup is a script for a shell.
func gitSetup(o gitSetupOptions) string {
	var b strings.Builder
	scope, attributes := "", ".gitattributes"
	if o.global {
		scope = "--global "
		attributes = `"${XDG_CONFIG_HOME:-$HOME/.config}/git/attributes"`
		b.WriteString(`mkdir -p "${XDG_CONFIG_HOME:-$HOME/.config}/git"` + "\n")
	}
	for _, p := range o.patterns {
		line := shellQuote(gitPattern(p) + " diff=dumptool")
		fmt.Fprintf(&b, "grep -qxF %s %s 2>/dev/null || printf '%%s\\n' %s >> %s\n", line, attributes, line, attributes)
	}
	for _, setting := range [][2]string{
		{"diff.dumptool.textconv", "dumptool textconv"},
		{"diff.dumptool.cachetextconv", "true"},
		{"diff.dumptool.xfuncname", `^[^ ].*$`},
		{"alias.dumpdiff", `!git -c diff.dumptool.command='dumptool git-diff' diff --ext-diff`},
		{"difftool.dumptool.cmd", `dumptool diff --exit-zero "$LOCAL" "$REMOTE"`},
	} {
		fmt.Fprintf(&b, "git config %s%s %s\n", scope, setting[0], shellQuote(setting[1]))
	}
	return b.String()
}

// shellQuote makes one word of a text.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// gitPattern is a pattern of .gitattributes; one with blanks is quoted there.
func gitPattern(p string) string {
	if strings.ContainsAny(p, " \t\"") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p) + `"`
	}
	return p
}
