package contrail

import (
	"slices"
	"strings"
	"testing"
)

func TestTypesAreFoundInBothSpellings(t *testing.T) {
	for _, o := range ObjectTypes() {
		for _, name := range []string{o.Name(), o.Hyphen()} {
			if got, ok := LookupType(name); !ok || got != o {
				t.Errorf("%s is not found", name)
			}
		}
		if NormalizeType(o.Hyphen()) != o.Name() {
			t.Errorf("%s is normalised to %s", o.Hyphen(), NormalizeType(o.Hyphen()))
		}
	}
	for _, name := range []string{"", "virtual network", "Virtual_Network", "virtual_networks"} {
		if _, ok := LookupType(name); ok {
			t.Errorf("%q is found", name)
		}
	}
}

// The model says each thing twice, once on either side.
func TestModelIsSymmetric(t *testing.T) {
	for _, o := range ObjectTypes() {
		for _, p := range o.Parents() {
			if parent, ok := LookupType(p); !ok || !parent.HasChild(o.Name()) {
				t.Errorf("%s has the parent %s, which has no such child", o.Name(), p)
			}
		}
		for _, c := range o.Children() {
			if child, ok := LookupType(c); !ok || !child.HasParent(o.Name()) {
				t.Errorf("%s has the child %s, which has no such parent", o.Name(), c)
			}
		}
		for _, r := range o.Refs() {
			if to, ok := LookupType(r); !ok || !to.HasBackref(o.Name()) && r != o.Name() {
				t.Errorf("%s refers to %s, which has no such back-reference", o.Name(), r)
			}
		}
		for _, r := range o.Backrefs() {
			if from, ok := LookupType(r); !ok || !from.HasRef(o.Name()) {
				t.Errorf("%s has a back-reference of %s, which has no such reference", o.Name(), r)
			}
		}
		if o.Root() && len(o.Parents()) > 0 {
			t.Errorf("%s is root and has parents", o.Name())
		}
		props := o.Props()
		if !slices.IsSortedFunc(props, func(a, b Property) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("properties of %s are not sorted", o.Name())
		}
		for _, p := range props {
			if got, ok := o.Prop(p.Name); !ok || got != p {
				t.Errorf("%s of %s is not found", p.Name, o.Name())
			}
			if (p.Key != "") != (p.Kind == PropMap) {
				t.Errorf("%s of %s is %s with the key %q", p.Name, o.Name(), p.Kind, p.Key)
			}
		}
	}
}

func TestModelFacts(t *testing.T) {
	vn, _ := LookupType("virtual-network")
	if !vn.HasParent("project") || !vn.HasRef("virtual_network") || !vn.HasRef("tag") || vn.HasRef("project") || vn.Root() || vn.Former() {
		t.Error("virtual_network has not the parents and references that it should")
	}
	if !vn.HadRef("logical_router") || vn.HadRef("network_ipam") || vn.HasRef("logical_router") {
		t.Error("virtual_network once referred to logical_router, and only then")
	}
	for name, kind := range map[string]PropKind{
		"virtual_network_fat_flow_protocols": PropList, "annotations": PropMap, "id_perms": PropPlain, "virtual_network_network_id": PropPlain,
	} {
		if p, ok := vn.Prop(name); !ok || p.Kind != kind {
			t.Errorf("%s is %s", name, p.Kind)
		}
	}
	rt, _ := LookupType("route_target")
	if !rt.Root() || rt.Derived() {
		t.Error("route_target is root and not derived")
	}
	if ri, _ := LookupType("routing_instance"); !ri.Derived() {
		t.Error("routing_instance is derived")
	}
	if old, ok := LookupType("qos_forwarding_class"); !ok || !old.Former() || slices.Contains(ObjectTypes(), old) {
		t.Error("qos_forwarding_class is a type of older releases")
	}
	if p, ok := LookupType("physical_router"); !ok || !p.HadProp("physical_router_chassis_id") {
		t.Error("physical_router once had a chassis id")
	}
}

// Every type, property and reference of the real dumps is in the model.
func TestModelKnowsTheDumps(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		for uuid, columns := range d.rows() {
			typ, ok := LookupType(d.object(uuid).Type)
			if !ok {
				t.Errorf("type %q is unknown", d.object(uuid).Type)
				continue
			}
			for name := range columns {
				c := ParseColumn([]byte(name))
				known := true
				switch part := string(c.Name); c.Kind {
				case ColumnProp, ColumnPropList, ColumnPropMap:
					_, known = typ.Prop(part)
				case ColumnParent:
					known = typ.HasParent(part)
				case ColumnChild:
					known = typ.HasChild(part)
				case ColumnRef:
					known = typ.HasRef(part)
				case ColumnBackref:
					known = typ.HasBackref(part)
				}
				// Two real dumps misspell one property.
				if !known && name != "prop:port_security_enable" {
					t.Errorf("%s has %s", typ.Name(), name)
				}
			}
		}
	})
}

func TestSuggestTypes(t *testing.T) {
	for name, want := range map[string]string{
		"virtual-netwrok":     "virtual-network",
		"virtual_netwok":      "virtual_network",
		"virtual_dns":         "virtual_DNS",
		"routetarget":         "route_target",
		"virtual_machine_int": "virtual_machine_interface",
		"floting-ip":          "floating-ip",
		"projects":            "project",
		"xyzzy":               "",
		"":                    "",
	} {
		got := ""
		if list := SuggestTypes(name); len(list) > 0 {
			got = list[0]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
