package cassandra

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gocql/gocql"

	"github.com/dumptool/dumptool/export/unload"
)

// Reader reads tables. It implements unload.Cassandra.
type Reader struct {
	session *gocql.Session
	page    int
}

// OpenReader connects for reading, with the consistency LOCAL_QUORUM unless c
// says otherwise. A page of an answer has page cells.
func OpenReader(c Config, page int) (*Reader, error) {
	session, _, _, err := connect(c, gocql.LocalQuorum)
	if err != nil {
		return nil, err
	}
	return &Reader{session, page}, nil
}

// Close ends the session.
func (r *Reader) Close() { r.session.Close() }

// Cluster returns the name of the cluster, the version of Cassandra, and whether
// its tokens are those of Murmur3, so that tables can be read in ranges of them.
func (r *Reader) Cluster(ctx context.Context) (c unload.Cluster, err error) {
	var partitioner string
	err = r.session.Query(`SELECT cluster_name, release_version, partitioner FROM system.local`).WithContext(ctx).
		Scan(&c.Name, &c.Version, &partitioner)
	c.Ranges = strings.HasSuffix(partitioner, "Murmur3Partitioner")
	return c, classify(err)
}

// Tables describes the tables of a keyspace by its live name, by name; found is
// false if there is no such keyspace.
func (r *Reader) Tables(ctx context.Context, keyspace string) (tables []unload.Table, found bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	meta, err := r.session.KeyspaceMetadata(keyspace)
	if errors.Is(err, gocql.ErrKeyspaceDoesNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, classify(err)
	}
	for name, t := range meta.Tables {
		tables = append(tables, describe(keyspace, name, t))
	}
	slices.SortFunc(tables, func(a, b unload.Table) int { return strings.Compare(a.Name, b.Name) })
	return tables, true, nil
}

// describe tells if a table has the form of all tables that a dump can hold: one
// key, one column name, one value.
func describe(keyspace, name string, t *gocql.TableMetadata) unload.Table {
	out := unload.Table{Keyspace: keyspace, Name: name}
	var columns []string
	for _, c := range t.OrderedColumns {
		columns = append(columns, c+" "+t.Columns[c].Type.Type().String())
	}
	out.Columns = strings.Join(columns, ", ")
	if len(t.PartitionKey) == 1 && len(t.ClusteringColumns) == 1 && len(t.Columns) == 3 {
		out.Key, out.Column = t.PartitionKey[0].Name, t.ClusteringColumns[0].Name
		for _, c := range t.Columns {
			if c.Kind == gocql.ColumnRegular || c.Name != out.Key && c.Name != out.Column {
				out.Value = c.Name
				out.Blob = c.Type.Type() == gocql.TypeBlob
				out.Fits = isText(c.Type.Type()) && isText(t.PartitionKey[0].Type.Type()) && isText(t.ClusteringColumns[0].Type.Type())
			}
		}
	}
	return out
}

// Read reads the part of a table whose tokens are in the range, partition by
// partition. What a cell holds is valid during the call.
func (r *Reader) Read(ctx context.Context, t *unload.Table, tokens unload.Range, cell func(*unload.Cell) error) error {
	key, column, value := quoteName(t.Key), quoteName(t.Column), quoteName(t.Value)
	statement := fmt.Sprintf(`SELECT %s, %s, %s, writetime(%s), ttl(%s) FROM %s.%s`, key, column, value, value, value,
		quoteName(t.Keyspace), quoteName(t.Name))
	return r.scan(ctx, statement, key, tokens, func(scan func(...any) bool) error {
		var c unload.Cell
		var time *int64
		var ttl *int
		for scan(&c.Key, &c.Name, &c.Value, &time, &ttl) {
			c.Null = time == nil // also of a row without a value, in a table that is not compact
			c.Time, c.TTL = 0, 0
			if time != nil {
				c.Time = *time
			}
			if ttl != nil {
				c.TTL = *ttl
			}
			if err := cell(&c); err != nil {
				return err
			}
		}
		return nil
	})
}

// Times reads the write times of the part of a table whose tokens are in the
// range, and nothing of the values.
func (r *Reader) Times(ctx context.Context, t *unload.Table, tokens unload.Range, cell func(*unload.Cell) error) error {
	key, column, value := quoteName(t.Key), quoteName(t.Column), quoteName(t.Value)
	statement := fmt.Sprintf(`SELECT %s, %s, writetime(%s) FROM %s.%s`, key, column, value, quoteName(t.Keyspace), quoteName(t.Name))
	return r.scan(ctx, statement, key, tokens, func(scan func(...any) bool) error {
		var c unload.Cell
		var time *int64
		for scan(&c.Key, &c.Name, &time) {
			if c.Time = 0; time != nil {
				c.Time = *time
			}
			if err := cell(&c); err != nil {
				return err
			}
		}
		return nil
	})
}

// Small tells if a table has no more than one page of cells.
func (r *Reader) Small(ctx context.Context, t *unload.Table) (bool, error) {
	iter := r.session.Query(fmt.Sprintf(`SELECT %s FROM %s.%s LIMIT %d`, quoteName(t.Key), quoteName(t.Keyspace), quoteName(t.Name), r.page+1)).
		WithContext(ctx).PageSize(r.page + 1).Iter()
	n := iter.NumRows()
	return n <= r.page, classify(iter.Close())
}

// Empty tells if a table has no rows.
func (r *Reader) Empty(ctx context.Context, t *unload.Table) (bool, error) {
	iter := r.session.Query(fmt.Sprintf(`SELECT * FROM %s.%s LIMIT 1`, quoteName(t.Keyspace), quoteName(t.Name))).WithContext(ctx).Iter()
	n := iter.NumRows()
	return n == 0, classify(iter.Close())
}

func (r *Reader) scan(ctx context.Context, statement, key string, tokens unload.Range, each func(scan func(...any) bool) error) error {
	var args []any
	switch {
	case tokens.All():
	case tokens.After == math.MinInt64:
		statement += fmt.Sprintf(` WHERE token(%s) <= ?`, key) // the smallest token of all is nobody's
		args = []any{tokens.UpTo}
	default:
		statement += fmt.Sprintf(` WHERE token(%s) > ? AND token(%s) <= ?`, key, key)
		args = []any{tokens.After, tokens.UpTo}
	}
	iter := r.session.Query(statement, args...).WithContext(ctx).PageSize(r.page).Prefetch(0.5).Idempotent(true).Iter()
	if err := each(iter.Scan); err != nil {
		iter.Close()
		return err
	}
	return classify(iter.Close())
}
