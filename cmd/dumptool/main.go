package main

import (
	"context"
	"errors"
	"os"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

func main() {
	streams := term.System()
	ctx, stop := withSignals(context.Background(), streams, os.Exit)
	code := run(ctx, os.Args[1:], streams)
	stop()
	os.Exit(code)
}

// run executes the command line args and returns the exit code.
func run(ctx context.Context, args []string, streams *term.Streams) int {
	streams.Bind(ctx)
	app := newApp(streams)
	root := newRootCmd(app)
	words, err := oldWords(args, &app.live)
	if err != nil {
		return app.report(ctx, root, args, err)
	}
	root.SetArgs(words)
	cmd, err := root.ExecuteContextC(ctx)
	err = errors.Join(err, streams.Close(), app.close())
	return app.report(ctx, cmd, args, err)
}
