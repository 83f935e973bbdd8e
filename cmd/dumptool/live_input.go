package main

import (
	"context"
	"io"
	"time"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/cassandra"
	"github.com/dumptool/dumptool/export/conf"
	"github.com/dumptool/dumptool/export/unload"
	"github.com/dumptool/dumptool/export/zookeeper"
	"github.com/dumptool/dumptool/internal/spill"
)

// liveName is the FILE that stands for the live databases.
const liveName = "live:"

// defaultPage is the number of cells that are asked for at once.
const defaultPage = 5000

// readers are the connections that are read from.
type readers struct {
	cassandra *cassandra.Reader
	zookeeper *zookeeper.Reader
}

func (r *readers) close() {
	if r.cassandra != nil {
		r.cassandra.Close()
	}
	if r.zookeeper != nil {
		r.zookeeper.Close()
	}
}

// openReaders connects.
func (o *liveOptions) openReaders(ctx context.Context, app *app, page int) (*readers, *conf.Config, error) {
	rows, nodes, c, err := o.connections(app)
	if err != nil {
		return nil, nil, err
	}
	r := new(readers)
	err = connectBoth(ctx, func() (err error) {
		r.cassandra, err = cassandra.OpenReader(rows, page)
		return err
	}, func(ctx context.Context) (err error) {
		r.zookeeper, err = zookeeper.OpenReader(ctx, nodes)
		return err
	})
	if err != nil {
		r.close()
		return nil, nil, err
	}
	return r, c, nil
}

// unloadOptions are those that all readings of the databases have in common.
func (a *app) unloadOptions(c *conf.Config) unload.Options {
	return unload.Options{
		ClusterID: c.ClusterID, Tool: toolName(), Temp: spill.Dir(a.global.tempDir), Memory: a.global.memory / 2,
		Patience: time.Minute, Note: func(s string) { a.log.Info(s) },
	}
}

// liveInput is the FILE live: — the text of an export, as it is read.
func (a *app) liveInput() (dump.Input, io.Closer, error) {
	ctx, cancel := context.WithCancel(context.Background())
	r, c, err := a.live.openReaders(ctx, a, defaultPage)
	if err != nil {
		cancel()
		return dump.Input{}, nil, err
	}
	text, w := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		o := a.unloadOptions(c)
		o.NoCheck = true // nobody would see what it finds
		_, err := unload.Write(ctx, w, r.cassandra, r.zookeeper, o)
		w.CloseWithError(err)
	}()
	return dump.Input{Name: liveName, Stream: text}, closerFunc(func() error {
		cancel()
		text.CloseWithError(context.Canceled)
		<-ended
		r.close()
		return nil
	}), nil
}
