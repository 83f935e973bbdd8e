package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// examples lays out pairs of a command line and what it is for. A help begins with three of them.
func examples(pairs ...string) string {
	var lines []string
	for i := 0; i+1 < len(pairs); i += 2 {
		lines = append(lines, "  # "+pairs[i+1], "  "+pairs[i])
	}
	return strings.Join(lines, "\n")
}

// exits states what an exit code means for cmd, beside those that mean the same everywhere.
func exits(cmd *cobra.Command, meanings map[int]string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	for code, meaning := range meanings {
		cmd.Annotations[exitAnnotation+strconv.Itoa(code)] = meaning
	}
}

const exitAnnotation = "exit "

type exitMeaning struct {
	code    int
	meaning string
}

// exitMeanings returns the exit codes of cmd in order.
func exitMeanings(cmd *cobra.Command) []exitMeaning {
	meanings := map[int]string{
		exitDone:        "done",
		exitFailed:      "could not do it: bad usage, unreadable or damaged input, refused",
		exitInterrupted: "interrupted",
		exitClosedPipe:  "nobody reads the output any more",
	}
	for key, meaning := range cmd.Annotations {
		if number, ok := strings.CutPrefix(key, exitAnnotation); ok {
			if code, err := strconv.Atoi(number); err == nil {
				meanings[code] = meaning
			}
		}
	}
	var list []exitMeaning
	for _, code := range slices.Sorted(maps.Keys(meanings)) {
		list = append(list, exitMeaning{code, meanings[code]})
	}
	return list
}

// writeHelp writes the help of cmd: what it does, examples, usage, flags, exit codes. A topic is its text alone.
func writeHelp(streams *term.Streams, cmd *cobra.Command) {
	style := streams.OutStyle()
	width := min(streams.Width(), 120)
	var b strings.Builder
	section := func(title, body string) {
		if body = strings.TrimRight(body, "\n"); body != "" {
			fmt.Fprintf(&b, "\n%s\n%s\n", style.Heading(title+":"), body)
		}
	}
	if isTopic(cmd) {
		b.WriteString(strings.TrimSpace(cmd.Long) + "\n")
	} else {
		b.WriteString(cmd.Short + ".\n")
		section("Examples", cmd.Example)
		section("Usage", "  "+cmd.UseLine())
		if cmd.Long != "" {
			b.WriteString("\n" + strings.TrimSpace(cmd.Long) + "\n")
		}
		for _, group := range cmd.Groups() {
			section(group.Title, commandList(cmd, func(c *cobra.Command) bool { return c.GroupID == group.ID }))
		}
		section("Commands", commandList(cmd, func(c *cobra.Command) bool { return c.GroupID == "" && !isTopic(c) }))
		section("Help topics", commandList(cmd, isTopic))
		section("Flags", cmd.LocalNonPersistentFlags().FlagUsagesWrapped(width))
		if cmd.HasParent() {
			section("Global flags", "  see '"+cmd.Root().Name()+" --help'")
		} else {
			section("Global flags", cmd.PersistentFlags().FlagUsagesWrapped(width))
		}
		section("Exit codes", exitList(cmd))
	}
	// Help that nobody reads to the end is no error.
	_, _ = io.WriteString(streams.Out, b.String())
}

// isTopic tells a text of "help TOPIC" from a command.
func isTopic(cmd *cobra.Command) bool { return !cmd.Runnable() && !cmd.HasSubCommands() }

func commandList(parent *cobra.Command, want func(*cobra.Command) bool) string {
	var b strings.Builder
	for _, c := range parent.Commands() {
		if want(c) && !c.Hidden {
			fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
		}
	}
	return b.String()
}

func exitList(cmd *cobra.Command) string {
	var b strings.Builder
	for _, e := range exitMeanings(cmd) {
		fmt.Fprintf(&b, "  %-3d  %s\n", e.code, e.meaning)
	}
	return b.String()
}

func newHelpCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "help [COMMAND or TOPIC]",
		Short:   "Show the help of a command or a topic",
		GroupID: groupOther,
		Example: examples(
			"dumptool help", "the list of commands and topics",
			"dumptool help version", "the help of a command",
			"dumptool help files", "a topic",
		),
		RunE: func(cmd *cobra.Command, args []string) error {
			about := cmd.Root()
			for _, word := range args {
				i := slices.IndexFunc(about.Commands(), func(c *cobra.Command) bool { return c.Name() == word || c.HasAlias(word) })
				if i < 0 {
					return unknownCommand(about, word)
				}
				about = about.Commands()[i]
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if about, _, err := cmd.Root().Find(args); err == nil {
				for _, c := range about.Commands() {
					if !c.Hidden {
						names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	return cmd
}
