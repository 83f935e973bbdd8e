package cassandra

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gocql/gocql"

	"github.com/dumptool/dumptool/export/internal/retry"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/export/unload"
)

// Writer writes rows, and makes keyspaces and tables. It implements restore.Cassandra.
type Writer struct {
	session *gocql.Session
	port    int      // of CQL
	named   []string // the hosts that the user has named
	sizes   pageSizes
}

// NewWriter returns a writer over a session to some hosts. The port is that of CQL.
func NewWriter(session *gocql.Session, port int, named []string) *Writer {
	return &Writer{session: session, port: port, named: named}
}

// State asks all nodes: the one that answers for what it knows of the others, the others whether they accept connections.
func (w *Writer) State(ctx context.Context) (restore.CassandraState, error) {
	var s restore.CassandraState
	var version, schema string
	var address net.IP
	iter := w.session.Query(`SELECT cluster_name, release_version, schema_version, rpc_address FROM system.local`).WithContext(ctx).Iter()
	asked := iter.Host()
	iter.Scan(&s.Cluster, &version, &schema, &address)
	if err := iter.Close(); err != nil {
		return s, classify(err)
	}
	schemas := map[string]bool{schema: true}
	s.Nodes = append(s.Nodes, restore.CassandraNode{Address: address.String(), Version: version, Up: true})
	seen := map[string]bool{address.String(): true}
	if asked != nil {
		ctx = pinned(ctx, asked.ConnectAddress())
	}
	iter = w.session.Query(`SELECT release_version, schema_version, rpc_address FROM system.peers`).WithContext(ctx).Iter()
	for iter.Scan(&version, &schema, &address) {
		if address == nil || seen[address.String()] {
			continue
		}
		seen[address.String()] = true
		up := w.accepts(ctx, address.String())
		if up {
			schemas[schema] = true
		}
		s.Nodes = append(s.Nodes, restore.CassandraNode{Address: address.String(), Version: version, Up: up})
		schema, version = "", ""
	}
	if err := iter.Close(); err != nil {
		return s, classify(err)
	}
	// A server that was named and is none of these is down, or goes by another name.
	for _, host := range w.named {
		if ip := net.ParseIP(host); ip != nil && !seen[ip.String()] && !w.accepts(ctx, host) {
			seen[ip.String()] = true
			s.Nodes = append(s.Nodes, restore.CassandraNode{Address: host})
		}
	}
	slices.SortFunc(s.Nodes, func(a, b restore.CassandraNode) int { return strings.Compare(a.Address, b.Address) })
	for v := range schemas {
		if v != "" {
			s.Schemas = append(s.Schemas, v)
		}
	}
	slices.Sort(s.Schemas)
	return s, nil
}

func (w *Writer) accepts(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(w.port)))
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// Keyspaces returns the names of all keyspaces.
func (w *Writer) Keyspaces(ctx context.Context) ([]string, error) {
	var names []string
	var name string
	iter := w.session.Query(`SELECT keyspace_name FROM system_schema.keyspaces`).WithContext(ctx).Iter()
	for iter.Scan(&name) {
		names = append(names, name)
	}
	return names, classify(iter.Close())
}

// Keyspace describes a keyspace.
func (w *Writer) Keyspace(ctx context.Context, name string) (*restore.LiveKeyspace, error) {
	meta, err := w.session.KeyspaceMetadata(name)
	if errors.Is(err, gocql.ErrKeyspaceDoesNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, classify(err)
	}
	class := meta.StrategyClass
	k := &restore.LiveKeyspace{
		Strategy: class[strings.LastIndexByte(class, '.')+1:],
		Factor:   factor(meta.StrategyOptions),
		Tables:   map[string]*restore.LiveTable{},
	}
	for table, t := range meta.Tables {
		k.Tables[table] = w.table(ctx, name, t)
	}
	return k, nil
}

// factor returns the replication factor: of several data centres the smallest. It is 0 if there is none that is a number.
func factor(options map[string]any) int {
	least := 0
	for name, value := range options {
		if name == "class" {
			continue
		}
		// Transient replicas are written after a slash.
		text, _, _ := strings.Cut(fmt.Sprint(value), "/")
		if n, err := strconv.Atoi(text); err == nil && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

func (w *Writer) table(ctx context.Context, keyspace string, t *gocql.TableMetadata) *restore.LiveTable {
	live := &restore.LiveTable{}
	var columns []string
	for _, c := range t.OrderedColumns {
		columns = append(columns, c+" "+t.Columns[c].Type.Type().String())
	}
	live.Columns = strings.Join(columns, ", ")
	value := t.Columns["value"]
	live.Fits = len(t.PartitionKey) == 1 && t.PartitionKey[0].Name == "key" && t.PartitionKey[0].Type.Type() == gocql.TypeBlob &&
		len(t.ClusteringColumns) == 1 && t.ClusteringColumns[0].Name == "column1" && t.ClusteringColumns[0].Type.Type() == gocql.TypeBlob &&
		value != nil && len(t.Columns) == 3 && isText(value.Type.Type())
	if value != nil {
		live.Blob = value.Type.Type() == gocql.TypeBlob
	}
	var flags []string
	err := w.session.Query(`SELECT flags FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?`, keyspace, t.Name).
		WithContext(ctx).Scan(&flags)
	// Before Cassandra 3 there is no such table. Whether a table is compact is only shown, so what can't be found out
	// is no error.
	live.Compact = err == nil && !slices.Contains(flags, "compound")
	return live
}

func isText(t gocql.Type) bool {
	return t == gocql.TypeBlob || t == gocql.TypeText || t == gocql.TypeVarchar || t == gocql.TypeAscii
}

// CountRows counts partitions up to a limit.
func (w *Writer) CountRows(ctx context.Context, keyspace, table string, limit int) (int, error) {
	iter := w.session.Query(fmt.Sprintf(`SELECT DISTINCT key FROM %s.%s LIMIT %d`, quoteName(keyspace), quoteName(table), limit)).
		WithContext(ctx).PageSize(5000).Iter()
	n := 0
	var key []byte
	for iter.Scan(&key) {
		n++
	}
	return n, classify(iter.Close())
}

// CreateKeyspace makes a keyspace if it is not there.
func (w *Writer) CreateKeyspace(ctx context.Context, name string, factor int) error {
	return w.define(ctx, fmt.Sprintf(
		`CREATE KEYSPACE IF NOT EXISTS %s WITH replication = {'class': 'SimpleStrategy', 'replication_factor': %d}`, quoteName(name), factor))
}

// CreateTable makes a table if it is not there, without COMPACT STORAGE if the server does not take that.
func (w *Writer) CreateTable(ctx context.Context, keyspace string, t *restore.PlannedTable) (compact bool, err error) {
	err = w.define(ctx, t.Definition(keyspace))
	var refused gocql.RequestError
	if t.Compact && errors.As(err, &refused) && (refused.Code() == gocql.ErrCodeInvalid || refused.Code() == gocql.ErrCodeSyntax || refused.Code() == gocql.ErrCodeConfig) {
		plain := *t
		plain.Compact = false
		return false, w.define(ctx, plain.Definition(keyspace))
	}
	return t.Compact, err
}

// define changes the schema and waits until all nodes that are up agree about it. The driver's own waiting counts nodes that
// are down too.
func (w *Writer) define(ctx context.Context, statement string) error {
	if err := w.session.Query(statement).WithContext(ctx).Exec(); err != nil {
		return classify(err)
	}
	const patience = time.Minute
	for begin := time.Now(); ; {
		state, err := w.State(ctx)
		if err != nil {
			return err
		}
		if len(state.Schemas) <= 1 {
			return nil
		}
		if time.Since(begin) > patience {
			return retry.Busy(fmt.Errorf("the nodes don't agree about the schema: %s", strings.Join(state.Schemas, ", ")))
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// TableID returns the id of a table; "" if there is no such table. It asks the server: what the driver knows of the schema
// may be behind.
func (w *Writer) TableID(ctx context.Context, keyspace, table string) (string, error) {
	var id gocql.UUID
	err := w.session.Query(`SELECT id FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?`, keyspace, table).
		WithContext(ctx).Scan(&id)
	if errors.Is(err, gocql.ErrNotFound) {
		return "", nil
	}
	return id.String(), classify(err)
}

// DropKeyspace removes a keyspace, if it is there.
func (w *Writer) DropKeyspace(ctx context.Context, name string) error {
	return w.define(ctx, `DROP KEYSPACE IF EXISTS `+quoteName(name))
}

// DropTable removes a table, if it is there.
func (w *Writer) DropTable(ctx context.Context, keyspace, table string) error {
	return w.define(ctx, fmt.Sprintf(`DROP TABLE IF EXISTS %s.%s`, quoteName(keyspace), quoteName(table)))
}

// Truncate removes all rows of a table. All nodes have to be up.
func (w *Writer) Truncate(ctx context.Context, keyspace, table string) error {
	statement := fmt.Sprintf(`TRUNCATE %s.%s`, quoteName(keyspace), quoteName(table))
	return classify(w.session.Query(statement).WithContext(ctx).Exec())
}

// Table prepares for writing to a table.
func (w *Writer) Table(_ context.Context, keyspace, table string) (restore.TableWriter, error) {
	insert := fmt.Sprintf(`INSERT INTO %s.%s (key, column1, value) VALUES (?, ?, ?) USING TIMESTAMP ?`, quoteName(keyspace), quoteName(table))
	return &tableWriter{w.session, insert, insert + ` AND TTL ?`}, nil
}

// Ranges divides a table with so many cells into ranges of tokens to be read one by one.
func (w *Writer) Ranges(ctx context.Context, cells int64) ([]unload.Range, error) {
	const fewCells = 20_000
	if cells <= fewCells {
		return unload.Ranges(1), nil
	}
	var partitioner string
	err := w.session.Query(`SELECT partitioner FROM system.local`).WithContext(ctx).Scan(&partitioner)
	if err != nil || !strings.HasSuffix(partitioner, murmur3) {
		return unload.Ranges(1), classify(err)
	}
	return unload.Ranges(rangesToRead), nil
}

// rangesToRead is the number of ranges of a table that is not small.
const rangesToRead = 32

// Read reads a part of a table.
func (w *Writer) Read(ctx context.Context, keyspace, table string, tokens unload.Range, cell func(key []byte, c *restore.Cell) error) error {
	const pageCells = 5000
	statement := fmt.Sprintf(`SELECT key, column1, value, writetime(value), ttl(value) FROM %s.%s`, quoteName(keyspace), quoteName(table))
	where, args := within("key", tokens)
	var key []byte
	var c restore.Cell
	var time, ttl intColumn
	dest := []any{(*bytesColumn)(&key), (*bytesColumn)(&c.Name), (*bytesColumn)(&c.Value), &time, &ttl}
	return pages(ctx, w.sizes.of(statement, pageCells), func() *gocql.Query { return w.session.Query(statement+where, args...) }, dest, func() (int, error) {
		c.Time, c.TTL = time.n, int(ttl.n)
		return len(key) + len(c.Name) + len(c.Value), cell(key, &c)
	})
}

type tableWriter struct {
	session        *gocql.Session
	insert, expire string
}

// Write writes cells of one partition: an unlogged batch of prepared statements, which is one mutation and goes to a node
// that has the partition.
func (t *tableWriter) Write(ctx context.Context, key []byte, cells []restore.Cell) error {
	if len(cells) == 1 {
		statement, args := t.statement(key, &cells[0])
		return classify(t.session.Query(statement, args...).WithContext(ctx).Idempotent(true).Exec())
	}
	batch := t.session.NewBatch(gocql.UnloggedBatch).WithContext(ctx)
	batch.Entries = make([]gocql.BatchEntry, 0, len(cells))
	for i := range cells {
		statement, args := t.statement(key, &cells[i])
		batch.Entries = append(batch.Entries, gocql.BatchEntry{Stmt: statement, Args: args, Idempotent: true})
	}
	return classify(t.session.ExecuteBatch(batch))
}

func (t *tableWriter) statement(key []byte, c *restore.Cell) (string, []any) {
	if c.TTL > 0 {
		return t.expire, []any{key, c.Name, c.Value, c.Time, c.TTL}
	}
	return t.insert, []any{key, c.Name, c.Value, c.Time}
}

// quoteName writes the name of a keyspace or table: some are case-sensitive.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
