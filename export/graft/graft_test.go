package graft

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const beforeFile = "../../testdata/pair/before.json"

// What was deleted with all that is below it and refers to it comes back exactly as it was, whatever it was.
func TestRestoreAnything(t *testing.T) {
	whole := readModel(t, beforeFile)
	uuids := slices.Sorted(maps.Keys(whole.objects()))
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		set := map[string]bool{uuids[random.IntN(len(uuids))]: true}
		for random.IntN(2) == 0 {
			set[uuids[random.IntN(len(uuids))]] = true
		}
		whole.users(set)
		live, part := whole.cut(set)
		s, e, err := graft(t, live, part, Options{})
		if err != nil {
			t.Fatalf("%v: %v", slices.Sorted(maps.Keys(set)), err)
		}
		if len(s.Written()) != len(set) {
			t.Errorf("%d of %d objects are written", len(s.Written()), len(set))
		}
		live.apply(t, e)
		if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
			t.Fatalf("%v: %s", slices.Sorted(maps.Keys(set)), diff)
		}
	}
}

// What is there as it should be is not touched.
func TestNothingToDo(t *testing.T) {
	whole := readModel(t, beforeFile)
	set := map[string]bool{whole.find(t, "virtual_network"): true}
	_, part := whole.cut(set)
	for _, mode := range []Mode{Fail, Skip, Replace} {
		s, e, err := graft(t, whole, part, Options{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Written()) > 0 || s.Objects()[0].State != There {
			t.Errorf("%+v", s.Objects())
		}
		for edit := range e.All() {
			t.Errorf("%+v", edit)
		}
	}
}

// Links follow what is there: a backref to what is gone stays away, one from what has come since is made.
func TestLinksFollow(t *testing.T) {
	whole := readModel(t, beforeFile)
	uuid := whole.find(t, "virtual_network")
	set := map[string]bool{uuid: true}
	whole.users(set)
	live, part := whole.cut(map[string]bool{uuid: true})
	all, _ := whole.cut(set)
	// The network alone is restored, what used it is gone.
	_, e, err := graft(t, all, part, Options{})
	if err != nil {
		t.Fatal(err)
	}
	all.apply(t, e)
	for k := range all.cells {
		if k[2] == uuid && (strings.HasPrefix(k[3], "backref:") || strings.HasPrefix(k[3], "children:")) {
			t.Errorf("%v names what is not there", k)
		}
	}
	// What used it is there, and so are its references, which nobody has cleared.
	for k, c := range whole.cells {
		if k[1] == objectTable && k[2] != uuid && strings.HasSuffix(k[3], ":"+uuid) {
			live.cells[k] = c
		}
	}
	for k := range part.cells { // the dump knows nothing of them
		if k[2] == uuid && (strings.HasPrefix(k[3], "backref:") || strings.HasPrefix(k[3], "children:")) {
			delete(part.cells, k)
		}
	}
	_, e, err = graft(t, live, part, Options{})
	if err != nil {
		t.Fatal(err)
	}
	live.apply(t, e)
	if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
		t.Error(diff)
	}
}

// Each kind of conflict is found and named, with what can be done.
func TestConflicts(t *testing.T) {
	whole := readModel(t, beforeFile)
	const other = "11111111-2222-4333-8444-555555555555"
	at := func(uuid, column string) [4]string { return [4]string{objectKeyspace, objectTable, uuid, column} }
	leaf := func(typ string) (uuid string, set map[string]bool) {
		uuid = whole.find(t, typ)
		set = map[string]bool{uuid: true}
		whole.users(set)
		return uuid, set
	}
	nodeOf := func(m *model, prefix, data string) string {
		for path, d := range m.nodes {
			if strings.HasPrefix(path, prefix) && d == data {
				return path
			}
		}
		t.Fatalf("there is no node below %s with %s", prefix, data)
		return ""
	}
	for name, c := range map[string]struct {
		typ     string
		spoil   func(live, part *model, o modelObject)
		kind    Kind
		message string
		choices []Mode
		check   func(t *testing.T, live *model, o modelObject, s *Survey) // after replace
	}{
		"same uuid": {"instance_ip", func(live, part *model, o modelObject) {
			for k, c := range part.cells {
				live.cells[k] = c
			}
			live.cells[at(o.uuid, "prop:display_name")] = cell{`"mine"`, 5}
			live.cells[at(o.uuid, "prop:more")] = cell{`"mine"`, 5}
		}, ByUUID, "it is there already, and differs", []Mode{Skip, Replace}, func(t *testing.T, live *model, o modelObject, _ *Survey) {
			if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
				t.Error(diff)
			}
		}},
		"uuid of something else": {"instance_ip", func(live, _ *model, o modelObject) {
			live.cells[at(o.uuid, "type")] = cell{`"tag"`, 5}
			live.cells[at(o.uuid, "fq_name")] = cell{`["x"]`, 5}
		}, ByUUID, "its uuid is that of tag x", []Mode{Skip}, nil},
		"same name": {"instance_ip", func(live, part *model, o modelObject) {
			live.cells[at(other, "type")] = part.cells[at(o.uuid, "type")]
			live.cells[at(other, "fq_name")] = part.cells[at(o.uuid, "fq_name")]
			live.cells[[4]string{objectKeyspace, nameTable, o.typ, o.name + ":" + other}] = cell{"null", 5}
			live.nodes["/fq-name-to-uuid/"+o.typ+":"+o.name] = other
		}, ByName, "the name is that of another object, " + other, []Mode{Skip, Replace}, func(t *testing.T, live *model, o modelObject, s *Survey) {
			if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
				t.Error(diff)
			}
			if len(s.Removed) != 1 || s.Removed[0].UUID != other {
				t.Errorf("%+v", s.Removed)
			}
		}},
		"lock": {"instance_ip", func(live, _ *model, o modelObject) {
			live.nodes["/fq-name-to-uuid/"+o.typ+":"+o.name] = other
		}, ByLock, "which is not there", []Mode{Skip, Replace}, func(t *testing.T, live *model, _ modelObject, _ *Survey) {
			if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
				t.Error(diff)
			}
		}},
		"index": {"instance_ip", func(live, _ *model, o modelObject) {
			live.cells[[4]string{objectKeyspace, nameTable, o.typ, o.name + ":" + other}] = cell{"null", 5}
		}, ByIndex, "obj_fq_name_table has the name for " + other, []Mode{Skip, Replace}, func(t *testing.T, live *model, _ modelObject, _ *Survey) {
			if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
				t.Error(diff)
			}
		}},
		"address of nobody": {"instance_ip", func(live, part *model, o modelObject) {
			live.nodes[nodeOf(part, "/api-server/subnets/", o.uuid)] = other
		}, ByAddress, "which is not there", []Mode{Skip, Replace}, func(t *testing.T, live *model, _ modelObject, _ *Survey) {
			if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
				t.Error(diff)
			}
		}},
		"address": {"instance_ip", func(live, part *model, o modelObject) {
			live.cells[at(other, "type")] = part.cells[at(o.uuid, "type")]
			live.cells[at(other, "fq_name")] = cell{`["` + other + `"]`, 5}
			live.nodes[nodeOf(part, "/api-server/subnets/", o.uuid)] = other
			live.nodes["/fq-name-to-uuid/instance_ip:"+other] = other
		}, ByAddress, "is that of instance_ip " + other, []Mode{Skip, Replace}, func(t *testing.T, live *model, _ modelObject, _ *Survey) {
			if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
				t.Error(diff)
			}
		}},
		"network id": {"virtual_network", func(live, part *model, o modelObject) {
			live.nodes[nodeOf(part, "/id/virtual-networks/", o.name)] = "a:b:c"
		}, ByNetworkID, `is that of "a:b:c"`, []Mode{Skip, Replace}, func(t *testing.T, live *model, o modelObject, s *Survey) {
			if len(s.Renumbered) != 1 || live.cells[at(o.uuid, "prop:virtual_network_network_id")] == whole.cells[at(o.uuid, "prop:virtual_network_network_id")] {
				t.Errorf("%+v", s.Renumbered)
			}
			nodeOf(live, "/id/virtual-networks/", o.name)
			nodeOf(live, "/id/virtual-networks/", "a:b:c")
		}},
		"network id of a network": {"virtual_network", func(live, _ *model, o modelObject) {
			live.cells[at(other, "type")] = cell{`"virtual_network"`, 5}
			live.cells[at(other, "fq_name")] = cell{`["x"]`, 5}
			live.cells[at(other, "prop:virtual_network_network_id")] = whole.cells[at(o.uuid, "prop:virtual_network_network_id")]
		}, ByNetworkID, "is that of virtual_network x", []Mode{Skip, Replace}, nil},
		"security group id": {"security_group", func(live, part *model, o modelObject) {
			live.nodes[nodeOf(part, "/id/security-groups/id/", o.name)] = "a:b:c"
		}, BySecurityGroup, `is that of "a:b:c"`, []Mode{Skip, Replace}, func(t *testing.T, live *model, o modelObject, s *Survey) {
			old := whole.cells[at(o.uuid, "prop:security_group_id")].value
			now := live.cells[at(o.uuid, "prop:security_group_id")].value
			if len(s.Renumbered) != 1 || old == now {
				t.Errorf("%+v", s.Renumbered)
			}
			nodeOf(live, "/id/security-groups/id/", o.name)
			nodeOf(live, "/id/security-groups/id/", "a:b:c")
			for k, c := range live.cells {
				if k[3] == "prop:access_control_list_entries" && strings.ReplaceAll(c.value, ": "+now, ": "+old) != whole.cells[k].value {
					t.Errorf("%v: %s", k, c.value)
				}
			}
		}},
		"route target": {"routing_instance", func(live, part *model, o modelObject) {
			live.nodes[nodeOf(part, "/id/bgp/route-targets/", o.name)] = "a:b:c:c"
		}, ByRouteTarget, `was given to "a:b:c:c"`, []Mode{Skip}, nil},
		"parent": {"access_control_list", func(live, _ *model, o modelObject) {
			for k := range whole.cells {
				if parent, ok := strings.CutPrefix(k[3], "parent:"); ok && k[2] == o.uuid {
					for j := range live.cells {
						if j[1] == objectTable && strings.HasSuffix(parent, ":"+j[2]) {
							delete(live.cells, j)
						}
					}
				}
			}
		}, ByNeed, "--closure brings it along", []Mode{Skip}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			uuid, set := leaf(c.typ)
			live, part := whole.cut(set)
			o := whole.objects()[uuid]
			c.spoil(live, part, o)
			before := live.lines()
			_, _, err := graft(t, live, part, Options{})
			var conflicts *ConflictError
			if !errors.As(err, &conflicts) {
				t.Fatalf("%v", err)
			}
			i := slices.IndexFunc(conflicts.Conflicts, func(x *Conflict) bool { return x.Kind == c.kind && x.UUID == uuid })
			if i < 0 || !strings.Contains(conflicts.Conflicts[i].Message, c.message) || !slices.Equal(conflicts.Conflicts[i].Choices, c.choices) {
				t.Fatalf("%v", err)
			}

			// Skip leaves it out, and all that needs it.
			s, e, err := graft(t, live, part, Options{Mode: Skip})
			if err != nil {
				t.Fatal(err)
			}
			skipped := live.clone()
			skipped.apply(t, e)
			for _, x := range s.Objects() {
				if x.UUID == uuid && x.State != Skipped {
					t.Errorf("%+v", x)
				}
			}
			if len(set) == 1 && !slices.Equal(before, skipped.lines()) {
				t.Error(cmp.Diff(before, skipped.lines()))
			}

			s, e, err = graft(t, live, part, Options{Mode: Replace})
			if !slices.Contains(c.choices, Replace) {
				if !errors.As(err, &conflicts) {
					t.Fatalf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			live.apply(t, e)
			if c.check != nil {
				c.check(t, live, o, s)
			}
		})
	}
}

// Who is needed by others gives no way.
func TestHolderInUse(t *testing.T) {
	whole := readModel(t, beforeFile)
	const other = "11111111-2222-4333-8444-555555555555"
	uuid := whole.find(t, "instance_ip")
	set := map[string]bool{uuid: true}
	whole.users(set)
	live, part := whole.cut(set)
	at := func(uuid, column string) [4]string { return [4]string{objectKeyspace, objectTable, uuid, column} }
	live.cells[at(other, "type")] = part.cells[at(uuid, "type")]
	live.cells[at(other, "fq_name")] = part.cells[at(uuid, "fq_name")]
	user := whole.find(t, "project")
	live.cells[at(user, "ref:instance_ip:"+other)] = cell{`{"attr": null}`, 5}
	_, _, err := graft(t, live, part, Options{Mode: Replace})
	if err == nil || !strings.Contains(err.Error(), "would give way, and project") {
		t.Error(err)
	}
}

// A needed object that is there stays as it is; one that is not comes along.
func TestNeeded(t *testing.T) {
	whole := readModel(t, beforeFile)
	network := whole.find(t, "virtual_network")
	set := map[string]bool{network: true}
	whole.users(set)
	need := map[string]bool{}
	for k := range whole.cells {
		parts := strings.SplitN(k[3], ":", 3)
		if k[1] == objectTable && set[k[2]] && len(parts) == 3 && (parts[0] == "ref" || parts[0] == "parent") && !set[parts[2]] {
			need[parts[2]] = true
		}
	}
	all := maps.Clone(set)
	maps.Copy(all, need)
	live, _ := whole.cut(set)
	_, part := whole.cut(all)
	for uuid := range need {
		live.cells[[4]string{objectKeyspace, objectTable, uuid, "prop:display_name"}] = cell{`"changed since"`, 5}
		whole.cells[[4]string{objectKeyspace, objectTable, uuid, "prop:display_name"}] = cell{`"changed since"`, 5}
	}
	_, e, err := graft(t, live, part, Options{Closure: true, Asked: func(uuid string) bool { return set[uuid] }})
	if err != nil {
		t.Fatal(err)
	}
	live.apply(t, e)
	if diff := cmp.Diff(whole.lines(), live.lines()); diff != "" {
		t.Error(diff)
	}
}

// A route target whose number was given to another network since gets another one, wherever it stands.
func TestRouteTargetGivenAnew(t *testing.T) {
	whole := readModel(t, beforeFile)
	at := func(uuid, column string) [4]string { return [4]string{objectKeyspace, objectTable, uuid, column} }
	for uuid, o := range whole.objects() {
		if o.typ != "route_target" {
			continue
		}
		set := map[string]bool{uuid: true}
		whole.users(set) // the instances that have it, and so on
		live, part := whole.cut(set)
		number := o.name[strings.LastIndexByte(o.name, ':')+1:]
		node := ""
		for path := range part.nodes {
			if strings.HasPrefix(path, "/id/bgp/route-targets/") && strings.HasSuffix(path, number) {
				node = path
			}
		}
		if node == "" {
			continue
		}
		const other = "11111111-2222-4333-8444-555555555555"
		live.cells[at(other, "type")] = cell{`"route_target"`, 5}
		live.cells[at(other, "fq_name")] = cell{`["` + o.name + `"]`, 5}
		live.cells[[4]string{objectKeyspace, nameTable, o.typ, o.name + ":" + other}] = cell{"null", 5}
		live.nodes["/fq-name-to-uuid/route_target:"+o.name] = other
		live.nodes[node] = "a:b:c:c"
		if _, _, err := graft(t, live, part, Options{}); err == nil || !strings.Contains(err.Error(), "was given to") || !strings.Contains(err.Error(), "the name is that of another object") {
			t.Fatal(err)
		}
		s, e, err := graft(t, live, part, Options{Mode: Replace})
		if err != nil {
			t.Fatal(err)
		}
		before := live.clone()
		live.apply(t, e)
		if len(s.Renumbered) != 1 || len(s.Removed) > 0 {
			t.Fatalf("%+v %+v", s.Renumbered, s.Removed)
		}
		for k, c := range before.cells { // what was there is there
			if strings.Contains(k[2]+k[3], other) && live.cells[k] != c {
				t.Errorf("%v is %v", k, live.cells[k])
			}
		}
		// But for the number everything is as it was.
		now := strconv.FormatUint(s.Renumbered[0].New, 10)
		var back []string
		for _, line := range live.lines() {
			if !strings.Contains(line, other) && !strings.HasSuffix(line, "a:b:c:c") {
				back = append(back, strings.ReplaceAll(line, now, number))
			}
		}
		slices.Sort(back)
		if diff := cmp.Diff(whole.lines(), back); diff != "" {
			t.Fatal(diff)
		}
	}
}

// What is only needed does not take the place of what has its name now.
func TestNeededTakesNoPlace(t *testing.T) {
	whole := readModel(t, beforeFile)
	project := ""
	for k := range whole.cells {
		if uuid, ok := strings.CutPrefix(k[3], "children:virtual_network:"); ok && k[1] == objectTable && whole.objects()[uuid].typ != "" {
			project = k[2]
		}
	}
	set := map[string]bool{project: true}
	whole.users(set)
	live, part := whole.cut(set)
	const other = "11111111-2222-4333-8444-555555555555"
	for k, c := range part.cells {
		if k[1] == objectTable && k[2] == project && (k[3] == "type" || k[3] == "fq_name") {
			k[2] = other
			live.cells[k] = c
		}
	}
	o := Options{Closure: true, Asked: func(uuid string) bool { return uuid != project }}
	for _, o.Mode = range []Mode{Fail, Replace} {
		if _, _, err := graft(t, live, part, o); err == nil || !strings.Contains(err.Error(), "that of another object, "+other+" [skip]") {
			t.Fatalf("%s: %v", o.Mode, err)
		}
	}
	o.Mode = Skip
	_, e, err := graft(t, live, part, o)
	if err != nil {
		t.Fatal(err)
	}
	live.apply(t, e)
	for uuid := range live.objects() {
		for k := range live.cells {
			if k[1] == objectTable && k[2] == uuid && strings.HasPrefix(k[3], "parent:project:"+project) {
				t.Errorf("%v", k)
			}
		}
	}
}
