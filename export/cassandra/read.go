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
	sizes   pageSizes
}

// OpenReader connects for reading, with the consistency LOCAL_QUORUM unless c
// says otherwise. A page of an answer has page cells.
func OpenReader(c Config, page int) (*Reader, error) {
	session, _, _, err := connect(c, gocql.LocalQuorum)
	if err != nil {
		return nil, err
	}
	return &Reader{session: session, page: page}, nil
}

// murmur3 is the end of the name of the partitioner whose tokens are integers.
const murmur3 = "Murmur3Partitioner"

// Close ends the session.
func (r *Reader) Close() { r.session.Close() }

// Cluster returns the name of the cluster, the version of Cassandra, and whether
// its tokens are those of Murmur3, so that tables can be read in ranges of them.
func (r *Reader) Cluster(ctx context.Context) (c unload.Cluster, err error) {
	var partitioner string
	err = r.session.Query(`SELECT cluster_name, release_version, partitioner FROM system.local`).WithContext(ctx).
		Scan(&c.Name, &c.Version, &partitioner)
	c.Ranges = strings.HasSuffix(partitioner, murmur3)
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

// describe tells if a table has a form that a dump can hold: one key, a column name, and one value.
func describe(keyspace, name string, t *gocql.TableMetadata) unload.Table {
	out := unload.Table{Keyspace: keyspace, Name: name}
	var columns []string
	for _, c := range t.OrderedColumns {
		columns = append(columns, c+" "+t.Columns[c].Type.Type().String())
	}
	out.Columns = strings.Join(columns, ", ")
	names := len(t.ClusteringColumns)
	if len(t.PartitionKey) != 1 || names == 0 || len(t.Columns) != names+2 {
		return out
	}
	out.Key = t.PartitionKey[0].Name
	clustering := map[string]bool{}
	for _, c := range t.ClusteringColumns {
		clustering[c.Name] = true
		out.Names = append(out.Names, c.Name)
	}
	for _, c := range t.Columns {
		if c.Name == out.Key || clustering[c.Name] {
			continue
		}
		out.Value = c.Name
		out.Blob = c.Type.Type() == gocql.TypeBlob
		out.Fits = isText(c.Type.Type()) && isText(t.PartitionKey[0].Type.Type())
	}
	if names == 1 {
		out.Fits = out.Fits && isText(t.ClusteringColumns[0].Type.Type())
	} else {
		_, ok := components(t)
		out.Fits = out.Fits && ok
	}
	return out
}

// Read reads the part of a table whose tokens are in the range, partition by
// partition. What a cell holds is valid during the call.
func (r *Reader) Read(ctx context.Context, t *unload.Table, tokens unload.Range, cell func(*unload.Cell) error) error {
	value := quoteName(t.Value)
	var time, ttl intColumn
	var c unload.Cell
	return r.scan(ctx, t, tokens, []string{value, "writetime(" + value + ")", "ttl(" + value + ")"}, &c,
		[]any{(*bytesColumn)(&c.Value), &time, &ttl}, func() (int, error) {
			c.Null = time.null // also of a row without a value, in a table that is not compact
			c.Time, c.TTL = time.n, int(ttl.n)
			return len(c.Key) + len(c.Name) + len(c.Value), cell(&c)
		})
}

// Times reads the write times of the part of a table whose tokens are in the
// range, and nothing of the values.
func (r *Reader) Times(ctx context.Context, t *unload.Table, tokens unload.Range, cell func(*unload.Cell) error) error {
	var time intColumn
	var c unload.Cell
	return r.scan(ctx, t, tokens, []string{"writetime(" + quoteName(t.Value) + ")"}, &c, []any{&time}, func() (int, error) {
		c.Time = time.n
		return len(c.Key) + len(c.Name), cell(&c)
	})
}

// scan reads keys and names into c, and what else is selected into dest.
func (r *Reader) scan(ctx context.Context, t *unload.Table, tokens unload.Range, what []string, c *unload.Cell, dest []any, each func() (int, error)) error {
	all, into, name, err := r.names(t, c)
	if err != nil {
		return err
	}
	key := quoteName(t.Key)
	statement := fmt.Sprintf(`SELECT %s, %s FROM %s.%s`, key, strings.Join(append(all, what...), ", "), quoteName(t.Keyspace), quoteName(t.Name))
	where, args := within(key, tokens)
	dest = append(append([]any{(*bytesColumn)(&c.Key)}, into...), dest...)
	return pages(ctx, r.sizes.of(statement, r.page), func() *gocql.Query { return r.session.Query(statement+where, args...) }, dest, func() (int, error) {
		name()
		return each()
	})
}

// names returns the columns that the names of cells are made of, where they are read into, and what makes a name of them.
func (r *Reader) names(t *unload.Table, c *unload.Cell) (columns []string, dest []any, name func(), err error) {
	for _, n := range t.Names {
		columns = append(columns, quoteName(n))
	}
	if len(t.Names) == 1 {
		return columns, []any{(*bytesColumn)(&c.Name)}, func() {}, nil
	}
	meta, err := r.session.KeyspaceMetadata(t.Keyspace)
	if err != nil {
		return nil, nil, nil, classify(err)
	}
	var list []component
	if table := meta.Tables[t.Name]; table != nil {
		list, _ = components(table)
	}
	if len(list) != len(t.Names) {
		return nil, nil, nil, fmt.Errorf("table %s.%s has other columns than it had before", t.Keyspace, t.Name)
	}
	values := make([]bytesColumn, len(list))
	for i := range values {
		dest = append(dest, &values[i])
	}
	return columns, dest, func() { c.Name = appendTuple(c.Name[:0], list, values) }, nil
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

// within is the condition for keys whose tokens are in a range.
func within(key string, tokens unload.Range) (where string, args []any) {
	switch {
	case tokens.All():
		return "", nil
	case tokens.After == math.MinInt64:
		return fmt.Sprintf(` WHERE token(%s) <= ?`, key), []any{tokens.UpTo} // the smallest token of all is nobody's
	default:
		return fmt.Sprintf(` WHERE token(%s) > ? AND token(%s) <= ?`, key, key), []any{tokens.After, tokens.UpTo}
	}
}
