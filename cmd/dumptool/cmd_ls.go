package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/inspect"
	"github.com/dumptool/dumptool/internal/humanize"
)

type lsOptions struct {
	file      string
	listing   inspect.Listing
	long      bool
	recursive bool
	json      bool
}

func newLsCmd(app *app) *cobra.Command {
	var opts lsOptions
	cmd := &cobra.Command{
		Use:     "ls FILE [PATH] [flags]",
		Short:   "List what is in a dump: keyspaces, tables, row keys, columns, ZooKeeper nodes, objects",
		GroupID: groupLook,
		Long: `PATH is KEYSPACE, KEYSPACE/TABLE or KEYSPACE/TABLE/ROWKEY; zk:/path for ZooKeeper; "type:" for the types of objects, or
type:TYPE for the objects of one, with hyphens or underscores. Without PATH the keyspaces are listed.

One level is listed. With -R each line is a whole path, down to rows and nodes, for filter --use-list: delete lines, or put
a ";" before them. With -l such a list has comments that say what the rows are.

In paths %XX stands for a byte that has another meaning there, such as %2F for a slash inside of a name and %25 for a
percent sign; a name of nothing is a percent sign alone.

Rows and columns come in the order of the dump; types, objects and the nodes of one level come sorted.`,
		Example: examples(
			"dumptool ls db-dump.json config_db_uuid/obj_uuid_table -l", "all objects, with sizes and times",
			"dumptool ls db-dump.json type:virtual-network", "the networks",
			"dumptool ls db-dump.json -R -l > list", "a list of everything, to edit and to filter with",
		),
		Args: operands(1, "FILE", "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.file = args[0]
			if len(args) > 1 {
				var err error
				if opts.listing, err = inspect.ParseListing(args[1]); err != nil {
					return usagef("%s: %w", args[1], err)
				}
			}
			opts.listing.Recursive = opts.recursive
			return runLs(cmd.Context(), app, opts)
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&opts.long, "long", "l", false, "show numbers, sizes and times too")
	flags.BoolVarP(&opts.recursive, "recursive", "R", false, "go down to rows and nodes; print whole paths")
	jsonFlag(cmd, &opts.json)
	return cmd
}

func runLs(ctx context.Context, app *app, opts lsOptions) error {
	d, done, err := app.openDump(opts.file)
	if err != nil {
		return err
	}
	defer done()
	err = app.page(func(w *bufio.Writer) error {
		p := lsPrinter{w: w, opts: opts}
		return inspect.List(ctx, d, opts.listing, p.print)
	})
	return hintNear(err)
}

// lsPrinter prints entries as they come.
type lsPrinter struct {
	w     *bufio.Writer
	opts  lsOptions
	begun bool
	buf   []byte
}

func (p *lsPrinter) print(e *inspect.Entry) error {
	p.buf = p.buf[:0]
	switch {
	case p.opts.json:
		schema := inspect.ListSchema
		if p.begun {
			schema = ""
		}
		p.begun = true
		(&jsonPrinter{w: p.w, oneLine: true}).Write(e.AppendJSON(p.buf, schema))
	case p.opts.listing.Recursive && !p.opts.listing.Types:
		p.buf = e.Path.Append(p.buf)
		if about := p.comment(e); p.opts.long && about != "" {
			p.buf = append(append(p.buf, " ; "...), about...)
		}
	default:
		if p.opts.long {
			p.numbers(e)
		}
		p.name(e)
	}
	_, err := p.w.Write(append(p.buf, '\n'))
	return err
}

// name appends what one level is listed by.
func (p *lsPrinter) name(e *inspect.Entry) {
	switch e.Kind {
	case inspect.EntryKeyspace:
		p.buf = append(e.Path.Append(p.buf), '/')
	case inspect.EntryTable:
		p.buf = append(dump.AppendName(p.buf, []byte(e.Path.Table)), '/')
	case inspect.EntryRow:
		p.buf = dump.AppendName(p.buf, []byte(e.Path.Row))
		if p.opts.long && e.Type != "" {
			p.buf = append(p.buf, "  "+typeAndName(e)...)
		}
	case inspect.EntryColumn:
		p.buf = dump.AppendName(p.buf, []byte(e.Path.Column))
	case inspect.EntryZNode:
		p.buf = p.nodeName(e)
	case inspect.EntryType:
		p.buf = append(p.buf, "type:"+term.Escape(e.Type)...)
	case inspect.EntryObject:
		p.buf = dump.AppendName(p.buf, []byte(e.Path.Row))
		if p.opts.listing.Type == "" {
			p.buf = append(p.buf, "  "+typeAndName(e)...)
		} else {
			p.buf = append(p.buf, "  "+joinedName(e)...)
		}
	}
}

// nodeName appends the last component of a path, with a slash if there are nodes below; the root as a whole.
func (p *lsPrinter) nodeName(e *inspect.Entry) []byte {
	if e.Path.Node == "/" {
		return e.Path.Append(p.buf)
	}
	name := e.Path.Node[strings.LastIndexByte(e.Path.Node, '/')+1:]
	p.buf = dump.AppendName(p.buf, []byte(name))
	if !e.Leaf || e.Nodes > 1 {
		p.buf = append(p.buf, '/')
	}
	return p.buf
}

func typeAndName(e *inspect.Entry) string { return term.Escape(e.Type) + " " + joinedName(e) }

func joinedName(e *inspect.Entry) string {
	if e.FQName == nil {
		return "(no fq_name)"
	}
	return term.Escape(contrail.JoinName(e.FQName))
}

// comment says what stands at a path.
func (p *lsPrinter) comment(e *inspect.Entry) string {
	switch e.Kind {
	case inspect.EntryKeyspace, inspect.EntryTable:
		return "empty"
	case inspect.EntryRow:
		size := fmt.Sprintf("%s, %s", humanize.Plural(e.Columns, "column"), humanize.Size(e.Bytes))
		if e.Type == "" {
			return size
		}
		return typeAndName(e) + ", " + size
	case inspect.EntryColumn:
		return humanize.Size(e.Bytes)
	}
	return ""
}

// numbers appends the columns of ls -l: how many things are in it, its size, its newest time.
func (p *lsPrinter) numbers(e *inspect.Entry) {
	count, size, when := "", humanize.Size(e.Bytes), ""
	switch e.Kind {
	case inspect.EntryKeyspace:
		count = humanize.Plural(e.Rows, "row")
	case inspect.EntryTable:
		count = humanize.Plural(e.Rows, "row")
	case inspect.EntryRow, inspect.EntryObject:
		count = humanize.Plural(e.Columns, "column")
	case inspect.EntryType:
		count = humanize.Plural(e.Objects, "object")
	case inspect.EntryZNode:
		count = humanize.Plural(e.Nodes, "node")
		if !e.Leaf {
			size = ""
		}
		when = nodeTime(e.Stat)
	}
	if e.Newest != nil {
		when = showTime(e.Newest.String())
	}
	p.buf = fmt.Appendf(p.buf, "%16s  %10s  %19s  ", count, size, when)
}

// nodeTime returns the time of the last change in the stat of a znode, in milliseconds; in dumps of mocked servers that
// of its creation is all there is.
func nodeTime(stat string) string {
	numbers := strings.Split(strings.Trim(stat, "[]"), ", ")
	if len(numbers) > 3 {
		return showMillis(numbers[3])
	}
	return showMillis(numbers[0])
}
