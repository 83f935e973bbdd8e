package salvage

import (
	"context"
	"errors"
	"io"

	"github.com/dumptool/dumptool/dump"
)

// ErrNothing is the error for an input in which nothing of a dump was found.
var ErrNothing = errors.New("nothing of a dump was found in it")

// Salvage writes to w a dump of all that is whole in the input, and reports what
// is not. The input is read at its places; one that can't seek is copied to a
// temporary file first. Errors are those of reading and writing, and ErrNothing;
// damage is no error.
func Salvage(ctx context.Context, w io.Writer, in dump.Input, o dump.Options) (*Report, error) {
	t, err := recoverText(ctx, in, o.Temp)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	rep := &Report{Schema: ReportSchema, File: in.Name, Rows: map[string]int64{}, Lost: []Loss{}}
	s := newScan(ctx, t, in.Name, o, rep)
	defer s.close()
	if err := s.run(); err != nil {
		return nil, err
	}
	s.settle()
	if !s.sawZK {
		rep.lose(dump.Place{Start: t.size, End: t.size}, "the member zookeeper: nothing of it is there")
	}
	if !rep.Complete() && len(s.slots) == 0 && s.nodes == 0 && len(s.order) == 0 {
		return rep, ErrNothing
	}
	return rep, s.write(w, o)
}
