package cassandra

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gocql/gocql"

	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/restore"
)

// Editor changes single cells. It implements apply.Cassandra.
type Editor struct{ w *Writer }

// NewEditor returns an editor that shares the session of a writer.
func NewEditor(w *Writer) *Editor { return &Editor{w} }

// Table describes a table by its live name.
func (e *Editor) Table(ctx context.Context, keyspace, table string) (t *apply.LiveTable, keyspaceFound bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	meta, err := e.w.session.KeyspaceMetadata(keyspace)
	if errors.Is(err, gocql.ErrKeyspaceDoesNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, classify(err)
	}
	there := meta.Tables[table]
	if there == nil {
		return nil, true, nil
	}
	d := describe(keyspace, table, there)
	live := &apply.LiveTable{Keyspace: keyspace, Name: table, Blob: d.Blob, Columns: d.Columns, Key: d.Key, Value: d.Value}
	if len(d.Names) == 1 { // others can be read, and what was read not be written
		live.Fits, live.Column = d.Fits, d.Names[0]
	}
	return live, true, nil
}

// CreateTable makes a table if it is not there, with COMPACT STORAGE if the server takes that.
func (e *Editor) CreateTable(ctx context.Context, keyspace, table string) error {
	_, err := e.w.CreateTable(ctx, keyspace, &restore.PlannedTable{Name: table, Compact: true, Value: "text"})
	return err
}

// Cells reads those columns of a row that are there.
func (e *Editor) Cells(ctx context.Context, t *apply.LiveTable, key []byte, columns [][]byte) ([]apply.LiveCell, error) {
	column, value := quoteName(t.Column), quoteName(t.Value)
	statement := fmt.Sprintf(`SELECT %s, %s, writetime(%s), ttl(%s) FROM %s.%s WHERE %s = ? AND %s IN ?`, column, value, value, value,
		quoteName(t.Keyspace), quoteName(t.Name), quoteName(t.Key), column)
	iter := e.w.session.Query(statement, key, columns).WithContext(ctx).Idempotent(true).Iter()
	var cells []apply.LiveCell
	now := time.Now().Unix()
	for {
		var c apply.LiveCell
		var written *int64
		var ttl *int
		if !iter.Scan(&c.Column, &c.Value.Data, &written, &ttl) {
			break
		}
		c.Value.Null = written == nil
		if written != nil {
			c.Value.Time = *written
		}
		if ttl != nil {
			c.Value.Expires = now + int64(*ttl)
		}
		cells = append(cells, c)
	}
	return cells, classify(iter.Close())
}

// CountColumns counts the columns of a row up to a limit.
func (e *Editor) CountColumns(ctx context.Context, t *apply.LiveTable, key []byte, limit int) (int, error) {
	statement := fmt.Sprintf(`SELECT %s FROM %s.%s WHERE %s = ? LIMIT ?`, quoteName(t.Column), quoteName(t.Keyspace), quoteName(t.Name), quoteName(t.Key))
	iter := e.w.session.Query(statement, key, limit).WithContext(ctx).Idempotent(true).PageSize(5000).Iter()
	n := 0
	var name []byte
	for iter.Scan(&name) {
		n++
	}
	return n, classify(iter.Close())
}

// Write changes cells of one row: an unlogged batch for one partition, which is one mutation.
func (e *Editor) Write(ctx context.Context, t *apply.LiveTable, key []byte, cells []apply.Write) error {
	names := []any{quoteName(t.Keyspace), quoteName(t.Name), quoteName(t.Key), quoteName(t.Column), quoteName(t.Value)}
	insert := fmt.Sprintf(`INSERT INTO %s.%s (%s, %s, %s) VALUES (?, ?, ?) USING TIMESTAMP ?`, names...)
	remove := fmt.Sprintf(`DELETE FROM %s.%s USING TIMESTAMP ? WHERE %s = ? AND %s = ?`, names[:4]...)
	batch := e.w.session.NewBatch(gocql.UnloggedBatch).WithContext(ctx)
	for i := range cells {
		c := &cells[i]
		entry := gocql.BatchEntry{Stmt: insert, Idempotent: true}
		switch {
		case c.Value == nil:
			entry.Stmt, entry.Args = remove, []any{c.Time, key, c.Column}
		case c.Value.Null:
			entry.Args = []any{key, c.Column, nil, c.Time}
		default:
			value := c.Value.Data
			if value == nil {
				value = []byte{} // nil would be null
			}
			entry.Args = []any{key, c.Column, value, c.Time}
		}
		if c.Value != nil && c.TTL > 0 {
			entry.Stmt += ` AND TTL ?`
			entry.Args = append(entry.Args, c.TTL)
		}
		batch.Entries = append(batch.Entries, entry)
	}
	return classify(e.w.session.ExecuteBatch(batch))
}
