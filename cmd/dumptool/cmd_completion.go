package main

import (
	"bufio"
	"maps"
	"slices"

	"github.com/spf13/cobra"
)

func newCompletionCmd(app *app) *cobra.Command {
	return &cobra.Command{
		Use:     "completion SHELL",
		Short:   "Print the completion script of a shell",
		GroupID: groupOther,
		Long:    `SHELL is bash, zsh, fish or powershell. The script is for that shell to read; zsh needs compinit loaded.`,
		Example: examples(
			"source <(dumptool completion bash)", "for this session of bash",
			`dumptool completion zsh > "${fpath[1]}/_dumptool"`, "for every session of zsh",
			"dumptool completion fish > ~/.config/fish/completions/dumptool.fish", "for every session of fish",
			"dumptool completion powershell | Out-String | Invoke-Expression", "for this session of PowerShell",
		),
		Args:              operands(1, "SHELL"),
		ValidArgsFunction: cobra.FixedCompletions(shells(), cobra.ShellCompDirectiveNoFileComp),
		RunE:              func(cmd *cobra.Command, args []string) error { return runCompletion(app, cmd.Root(), args[0]) },
	}
}

func runCompletion(app *app, root *cobra.Command, shell string) error {
	write, ok := completionWriters()[shell]
	if !ok {
		return withHint(usagef("unknown shell %q: want %s", shell, orList(shells())), didYouMean(shell, shells(), ""))
	}
	return app.print(func(w *bufio.Writer) error { return write(root, w) })
}

func shells() []string { return slices.Sorted(maps.Keys(completionWriters())) }

func completionWriters() map[string]func(root *cobra.Command, w *bufio.Writer) error {
	return map[string]func(*cobra.Command, *bufio.Writer) error{
		"bash":       func(root *cobra.Command, w *bufio.Writer) error { return root.GenBashCompletionV2(w, true) },
		"zsh":        func(root *cobra.Command, w *bufio.Writer) error { return root.GenZshCompletion(w) },
		"fish":       func(root *cobra.Command, w *bufio.Writer) error { return root.GenFishCompletion(w, true) },
		"powershell": func(root *cobra.Command, w *bufio.Writer) error { return root.GenPowerShellCompletionWithDesc(w) },
	}
}
