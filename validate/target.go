package validate

import (
	"context"
	"slices"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// TargetOf finds out from a dump of the target, or the target itself opened as one, what a restore there meets: its
// cluster id, its tables, and what is in it already.
func TargetOf(ctx context.Context, d *dump.Dump) (*Target, error) {
	rd, err := d.Reader(ctx)
	if err != nil {
		return nil, err
	}
	defer rd.Close()
	t := &Target{HasContent: true, HasClusterID: true}
	v := newInventory()
	filled, rows := "", false
	families := map[string]bool{}
	for rd.Next() {
		switch rd.Kind() {
		case dump.TableStart:
			filled, rows = rd.Keyspace()+"/"+rd.Table(), false
			t.Tables = append(t.Tables, filled)
		case dump.RowEnd:
			if !rows && rd.Cells() > 0 {
				rows = true
				t.Filled = append(t.Filled, filled)
			}
		case dump.ZNodeRead:
			raw := rd.ZNode().Path.Decoded()
			n := contrail.Classify(raw)
			v.Roots[string(n.Cluster)]++
			families[string(contrail.Family(raw))] = true
		}
	}
	for f := range families {
		if f != "" {
			t.Filled = append(t.Filled, "zk:/"+f)
		}
	}
	slices.Sort(t.Filled)
	t.ClusterID = strings.TrimPrefix(v.cluster(), "/")
	if len(families) == 0 {
		t.HasClusterID = false
	}
	return t, rd.Err()
}
