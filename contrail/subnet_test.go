package contrail

import (
	"fmt"
	"testing"
)

func TestSubnets(t *testing.T) {
	const subnet = `{"subnet": {"ip_prefix": "10.0.0.0", "ip_prefix_len": 24}, "alloc_unit": 4, "default_gateway": "10.0.0.1"}`
	const text = "[{10.0.0.0/24 10.0.0.0/24  10.0.0.1 invalid IP 4 %s}]"
	for _, test := range []struct{ column, value, want string }{
		{"ref:network_ipam:" + uuidA, `{"attr": {"ipam_subnets": [` + subnet + `]}}`, fmt.Sprintf(text, uuidA)},
		{"ref:network_ipam:" + uuidA, `{"ipam_subnets": [` + subnet + `]}`, fmt.Sprintf(text, uuidA)},
		{"propl:ipam_subnets:0", subnet, fmt.Sprintf(text, "")},
		{"prop:ipam_subnets", `{"subnets": [` + subnet + `]}`, fmt.Sprintf(text, "")},
		{"prop:ipam_subnets", `[` + subnet + `]`, fmt.Sprintf(text, "")},
		{"prop:ipam_subnets", `[{"subnet_uuid": "u"}]`, "[{ invalid Prefix u invalid IP invalid IP 1 }]"},
		{"prop:ipam_subnets", `[{}, 5, null, {"subnet": {"ip_prefix": "x"}}, {"subnet": {"ip_prefix": "10.0.0.0", "ip_prefix_len": 33}}]`, "[]"},
		{"prop:ipam_subnets", `{`, "[]"},
		{"ref:network_ipam:" + uuidA, `null`, "[]"},
		{"ref:network_ipam:" + uuidA, `{"attr": {"ipam_subnets": null}}`, "[]"},
	} {
		b := NewObjectBuilder("u")
		b.Add([]byte(test.column), []byte(test.value))
		if got := fmt.Sprint(b.Object().Subnets()); got != test.want {
			t.Errorf("%s = %s: %s, want %s", test.column, test.value, got, test.want)
		}
	}
}

// The path of a lock has the prefix as it is written in the subnet.
func TestAddressNodeKeepsSpelling(t *testing.T) {
	b := NewObjectBuilder("u")
	b.Add([]byte("propl:ipam_subnets:0"), []byte(`{"subnet": {"ip_prefix": "FD00:0::", "ip_prefix_len": 64}}`))
	s := b.Object().Subnets()[0]
	node, ok := AddressNode("d:p:i", s, s.Prefix.Addr().Next(), "u")
	if want := "/api-server/subnets/d:p:i:FD00:0::/64/336294682933583715844663186250927177729"; !ok || node.Path != want {
		t.Errorf("%s, want %s", node.Path, want)
	}
	if _, ok := AddressNode("d:p:i", s, s.Prefix.Addr().Prev(), "u"); ok {
		t.Error("a lock for an address outside of the subnet")
	}
}
