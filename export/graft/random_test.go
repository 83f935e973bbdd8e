package graft

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail"
)

// broken returns what does not agree in a model: links that have one end only, index columns and locks without their object.
func (m *model) broken() map[string]bool {
	found := map[string]bool{}
	objects := m.objects()
	for k := range m.cells {
		switch {
		case k[1] == objectTable:
			col := contrail.ParseColumn([]byte(k[3]))
			if !col.Kind.IsLink() {
				continue
			}
			other, ok := contrail.OppositeOf(objects[k[2]].typ, k[2], col)
			if _, there := m.cells[[4]string{k[0], k[1], other.UUID, other.Column}]; !ok || !there {
				found[k[2]+" "+k[3]] = true
			}
		case isIndex(k[0], k[1]):
			if uuid := k[3][strings.LastIndexByte(k[3], ':')+1:]; objects[uuid].uuid == "" {
				found[k[1]+" "+k[3]] = true
			}
		}
	}
	for path, uuid := range m.nodes {
		if name, ok := strings.CutPrefix(path, "/fq-name-to-uuid/"); ok && objects[uuid].typ+":"+objects[uuid].name != name {
			found[path] = true
		}
	}
	return found
}

// Whatever is gone and whatever part of it is wanted: nothing that did agree disagrees afterwards, others are not touched, and
// what is written is as in the dump.
func TestRandomParts(t *testing.T) {
	whole := readModel(t, beforeFile)
	uuids := slices.Sorted(maps.Keys(whole.objects()))
	total := 0
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 7))
		gone, wanted := map[string]bool{}, map[string]bool{}
		for range 1 + random.IntN(12) {
			gone[uuids[random.IntN(len(uuids))]] = true
		}
		whole.users(gone)
		for uuid := range gone {
			if random.IntN(3) > 0 {
				wanted[uuid] = true
			}
		}
		for range random.IntN(5) {
			wanted[uuids[random.IntN(len(uuids))]] = true
		}
		live, _ := whole.cut(gone)
		for range random.IntN(4) { // some are there, and differ
			k := [4]string{objectKeyspace, objectTable, uuids[random.IntN(len(uuids))], "prop:display_name"}
			if _, there := live.cells[k]; there {
				live.cells[k] = cell{`"changed"`, 7}
			}
		}
		_, part := whole.cut(wanted)
		before, brokenBefore := live.clone(), live.broken()
		mode := []Mode{Skip, Replace}[random.IntN(2)]
		s, e, err := graft(t, live, part, Options{Mode: mode})
		if err != nil {
			if mode == Replace && strings.Contains(err.Error(), "--closure") {
				continue
			}
			t.Fatalf("seed %d: %v", seed, err)
		}
		live.apply(t, e)
		for what := range live.broken() {
			if !brokenBefore[what] {
				t.Errorf("seed %d: %s does not agree", seed, what)
			}
		}
		written := map[string]bool{}
		for _, uuid := range s.Written() {
			written[uuid] = true
		}
		total += len(written)
		for k, c := range before.cells {
			last := k[3][strings.LastIndexByte(k[3], ':')+1:]
			if !written[k[2]] && !written[last] && live.cells[k] != c {
				t.Errorf("seed %d: %v was touched", seed, k)
			}
		}
		for k, c := range part.cells {
			kind := contrail.ParseColumn([]byte(k[3])).Kind
			if written[k[2]] && k[1] == objectTable && !kind.IsLink() && live.cells[k].value != c.value {
				t.Errorf("seed %d: %v is %v", seed, k, live.cells[k])
			}
		}
		for path, data := range part.nodes {
			if written[data] && live.nodes[path] != data {
				t.Errorf("seed %d: %s is %q", seed, path, live.nodes[path])
			}
		}
	}
	if total < 100 {
		t.Errorf("only %d objects were written", total)
	}
}
