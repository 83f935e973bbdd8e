// Command bareread reads all cells of the tables of Contrail one page after the other, and does nothing with them: what an
// export is measured against.
//
//	bareread HOST PORT
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/gocql/gocql"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(host, port string) error {
	c := gocql.NewCluster(host)
	var err error
	if c.Port, err = strconv.Atoi(port); err != nil {
		return err
	}
	c.Timeout = time.Minute
	s, err := c.CreateSession()
	if err != nil {
		return err
	}
	defer s.Close()
	begin, cells := time.Now(), 0
	for _, keyspace := range []string{"config_db_uuid", "useragent", "to_bgp_keyspace", "svc_monitor_keyspace", "dm_keyspace"} {
		meta, err := s.KeyspaceMetadata(keyspace)
		if err != nil {
			continue // there is none
		}
		for table := range meta.Tables {
			iter := s.Query(fmt.Sprintf(`SELECT key, column1, value, writetime(value), ttl(value) FROM %q.%q`, keyspace, table)).PageSize(5000).Iter()
			var key, name, value []byte
			var written *int64
			var ttl *int
			for iter.Scan(&key, &name, &value, &written, &ttl) {
				cells++
			}
			if err := iter.Close(); err != nil {
				return err
			}
		}
	}
	d := time.Since(begin)
	fmt.Printf("%d cells in %s, %.0f a second\n", cells, d.Round(time.Millisecond), float64(cells)/d.Seconds())
	return nil
}
