package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dumptool/dumptool/internal/humanize"
)

// operands returns the check for what stands on a command line beside the flags: at least needed of the named operands,
// at most all of them. A last name that ends in "..." may stand for any number.
func operands(needed int, names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		var err error
		repeats := len(names) > 0 && strings.HasSuffix(names[len(names)-1], "...")
		switch {
		case len(args) < needed:
			err = usagef("missing %s", strings.TrimSuffix(names[len(args)], "..."))
		case len(args) > len(names) && !repeats:
			err = usagef("unexpected argument %q", args[len(names)])
		default:
			return nil
		}
		return withHint(err, "usage: "+cmd.UseLine())
	}
}

// subcommands makes cmd a parent that does nothing by itself: without operands it shows its help, and a word that is
// none of its commands is a usage error.
func subcommands(cmd *cobra.Command) {
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return unknownCommand(cmd, args[0])
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}

func unknownCommand(parent *cobra.Command, word string) error {
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return withHint(usagef("unknown command %q for %q", word, parent.CommandPath()), didYouMean(word, names, ""))
}

// flagError makes what is wrong with a flag a usage error, with the flag that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	// A misspelt command is the likelier reason for a flag that is unknown without one.
	if words := cmd.Flags().Args(); cmd.HasAvailableSubCommands() && len(words) > 0 {
		return unknownCommand(cmd, words[0])
	}
	usage := &usageError{err}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return usage
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return withHint(usage, didYouMean(unknown.GetSpecifiedName(), names, "--"))
}

// jsonFlag adds --json. With it errors are JSON too.
func jsonFlag(cmd *cobra.Command, p *bool) {
	cmd.Flags().BoolVar(p, "json", false, "print JSON")
}

// exitZeroFlag adds --exit-zero, on which the frame acts, to a command that can exit with 1, and states what 1 means.
func exitZeroFlag(cmd *cobra.Command, meaning string) {
	exits(cmd, map[int]string{exitFound: meaning})
	cmd.Flags().Bool("exit-zero", false, "exit with 0 where it would be 1")
}

// choiceVar adds a flag that takes one of a few words, and completes them. The usage is to name the value in
// backquotes; the words are added to it.
func choiceVar[T ~string](cmd *cobra.Command, flags *pflag.FlagSet, p *T, name string, value T, usage string, words ...T) {
	*p = value
	var choices []string
	for _, w := range words {
		choices = append(choices, string(w))
	}
	flags.Var(&choice[T]{p, choices}, name, usage+": "+orList(choices))
	if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag was added the line before
	}
}

type choice[T ~string] struct {
	value *T
	words []string
}

func (c *choice[T]) String() string { return string(*c.value) }
func (c *choice[T]) Type() string   { return "string" }

func (c *choice[T]) Set(text string) error {
	if !slices.Contains(c.words, text) {
		return fmt.Errorf("want %s", orList(c.words))
	}
	*c.value = T(text)
	return nil
}

// sizeVar adds a flag that takes a number of bytes such as 64K or 256MiB. The usage is to name the value in backquotes.
func sizeVar(flags *pflag.FlagSet, p *int64, name string, value int64, usage string) {
	*p = value
	flags.Var((*size)(p), name, usage)
}

type size int64

func (s *size) String() string { return strings.ReplaceAll(humanize.Size(int64(*s)), " ", "") }
func (s *size) Type() string   { return "size" }

func (s *size) Set(text string) error {
	n, err := humanize.ParseSize(text)
	if err != nil {
		return err
	}
	*s = size(n)
	return nil
}
