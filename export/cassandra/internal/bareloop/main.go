// Command bareloop writes the cells of a dump with nothing around the driver: a prepared statement for each cell, a number of
// goroutines. Imports are measured against it.
//
//	bareloop HOST PORT PREFIX DUMP GOROUTINES
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/gocql/gocql"

	"github.com/dumptool/dumptool/dump"
)

type cell struct {
	statement        string
	key, name, value []byte
	time             int64
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		panic(err)
	}
}

func run(args []string) error {
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	goroutines, err := strconv.Atoi(args[4])
	if err != nil {
		return err
	}
	cluster := gocql.NewCluster(args[0])
	cluster.Port, cluster.Consistency, cluster.Timeout = port, gocql.Quorum, time.Minute
	session, err := cluster.CreateSession()
	if err != nil {
		return err
	}
	defer session.Close()
	f, err := os.Open(args[3])
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	d, err := dump.Open(dump.Input{Name: args[3], At: f, Size: info.Size()}, dump.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	r, err := d.Reader(context.Background())
	if err != nil {
		return err
	}
	defer r.Close()
	work := make(chan cell, 1000)
	var group sync.WaitGroup
	failed := make(chan error, goroutines)
	for range goroutines {
		group.Go(func() {
			for c := range work {
				if err := session.Query(c.statement, c.key, c.name, c.value, c.time).Exec(); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	begin, cells := time.Now(), 0
	statement := ""
	var key []byte
	for r.Next() {
		switch r.Kind() {
		case dump.TableStart:
			statement = fmt.Sprintf(`INSERT INTO "%s%s"."%s" (key, column1, value) VALUES (?, ?, ?) USING TIMESTAMP ?`, args[2], r.Keyspace(), r.Table())
		case dump.RowStart:
			key = append([]byte(nil), r.Key().Decoded()...)
		case dump.CellRead:
			c := r.Cell()
			t, _ := c.Microseconds()
			select {
			case work <- cell{statement, key, append([]byte(nil), c.Name.Decoded()...), append([]byte(nil), c.Value.Text().Decoded()...), t}:
			case err := <-failed:
				return err
			}
			cells++
		}
	}
	close(work)
	group.Wait()
	if r.Err() != nil {
		return r.Err()
	}
	select {
	case err := <-failed:
		return err
	default:
	}
	took := time.Since(begin).Seconds()
	fmt.Printf("bare gocql loop: %d cells in %.1f s, %.0f cells/s\n", cells, took, float64(cells)/took)
	return nil
}
