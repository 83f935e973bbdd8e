package dump

import (
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// where returns the path of what is being read.
func (r *Reader) where() string {
	p := &r.path
	if r.state == inZooKeeper {
		return "zookeeper[" + itoa(r.zk.count) + "]"
	}
	if !p.keyspace && !p.table {
		return p.member
	}
	parts := []string{r.keyspace}
	if p.table {
		parts = append(parts, r.table)
	}
	if p.row {
		parts = append(parts, pathName(r.key.Raw))
	}
	if p.inColumn {
		parts = append(parts, pathName(p.column))
	}
	return strings.Join(parts, "/")
}

// pathName makes a raw name fit for a message.
func pathName(raw []byte) string {
	const most = 200
	cut := ""
	if len(raw) > most {
		raw, cut = raw[:most], "..."
	}
	return strings.ToValidUTF8(string(jsonscan.AppendDecoded(nil, raw)), "\ufffd") + cut
}
