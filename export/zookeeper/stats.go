package zookeeper

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/export/restore"
)

// ServerStats are what a server says of itself.
type ServerStats struct {
	restore.ZooKeeperServer
	Nodes int64 // -1 if it does not tell
	Zxid  int64 // of the last change; 0 if it does not tell
}

// Stats asks each server, as Servers does, by its address.
func (w *Writer) Stats(ctx context.Context) ([]ServerStats, error) {
	var list []ServerStats
	for _, address := range w.servers {
		s := ServerStats{Nodes: -1}
		s.Address = address
		answer, err := w.fourLetters(ctx, address, "srvr")
		if err != nil {
			s.Mode = "down"
		}
		for line := range strings.Lines(answer) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch name {
			case "Zookeeper version":
				s.Version, _, _ = strings.Cut(value, "-")
			case "Mode":
				s.Mode = value
			case "Node count":
				if n, err := strconv.ParseInt(value, 10, 64); err == nil {
					s.Nodes = n
				}
			case "Zxid":
				if n, err := strconv.ParseInt(value, 0, 64); err == nil {
					s.Zxid = n
				}
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b ServerStats) int { return strings.Compare(a.Address, b.Address) })
	return list, ctx.Err()
}
