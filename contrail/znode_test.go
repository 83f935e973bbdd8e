package contrail

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSplitCluster(t *testing.T) {
	tests := []struct{ path, cluster, rest, family string }{
		{"/fq-name-to-uuid/domain:default-domain/", "", "fq-name-to-uuid/domain:default-domain", "fq-name-to-uuid"},
		{"fq-name-to-uuid/domain:default-domain", "", "fq-name-to-uuid/domain:default-domain", "fq-name-to-uuid"},
		{"c1/fq-name-to-uuid/domain:default-domain/", "c1", "fq-name-to-uuid/domain:default-domain", "fq-name-to-uuid"},
		{"/c1/id/virtual-networks/0000000001", "c1", "id/virtual-networks/0000000001", "id"},
		{"//c1//id///virtual-networks/0000000001//", "c1", "id/virtual-networks/0000000001", "id"},
		{"c1/k8s/kube-manager/x", "c1", "k8s/kube-manager/x", "k8s"},
		{"/k8s/kube-manager/x", "", "k8s/kube-manager/x", "k8s"},
		{"/kafka/brokers/ids/0", "", "kafka/brokers/ids/0", "kafka"},
		{"/brokers/ids/0", "", "brokers/ids/0", "brokers"},
		{"brokers/ids/0", "", "brokers/ids/0", "brokers"},
		{"/analytics-discovery-c1/x", "", "analytics-discovery-c1/x", "analytics-discovery-c1"},
		{"c1/", "c1", "", ""},
		{"/", "", "", ""},
		{"", "", "", ""},
		{"id", "", "id", "id"},
		{"/new-family/x/", "", "new-family/x", "new-family"},
	}
	for _, test := range tests {
		cluster, rest := SplitCluster([]byte(test.path))
		if string(cluster) != test.cluster || string(rest) != test.rest {
			t.Errorf("%q: cluster %q, rest %q", test.path, cluster, rest)
		}
		if got := Family([]byte(test.path)); string(got) != test.family {
			t.Errorf("%q: family %q, want %q", test.path, got, test.family)
		}
	}
}

func TestNormalizePath(t *testing.T) {
	for path, want := range map[string]string{
		"": "/", "/": "/", "//": "/", "a": "/a", "/a": "/a", "/a/": "/a", "a/b//c/": "/a/b/c", "//a": "/a", "/a//": "/a",
	} {
		if got := NormalizePath([]byte(path)); string(got) != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestIgnored(t *testing.T) {
	for path, want := range map[string]string{
		"/id/tags/values/config/0000000001/": "config",
		"/fq-name-to-uuid/x:a/admin/b":       "admin",
		"/fq-name-to-uuid/x:admin":           "",
		"c1/api-server-election/x":           "api-server-election",
		"/analytics-discovery-c1/x":          "analytics-discovery-c1",
		"":                                   "",
	} {
		if got := IgnoredBelow([]byte(path)); string(got) != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestIgnoredNames(t *testing.T) {
	for _, name := range IgnoredNames() {
		if !IsIgnored([]byte(name)) || IsIgnored([]byte("x"+name)) {
			t.Errorf("%s is not ignored, or too much is", name)
		}
	}
	if len(IgnoredNames()) != 19 {
		t.Errorf("%d names", len(IgnoredNames()))
	}
}

// show writes the parts of a node that are set.
func show(n Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", n.Kind)
	for _, part := range []struct {
		name string
		text []byte
	}{{"cluster", n.Cluster}, {"type", n.Type}, {"name", n.Name}, {"sub", n.Sub}, {"scope", n.Scope}, {"key", n.Key}, {"prefix", n.Prefix}, {"index", n.Index}} {
		if len(part.text) > 0 {
			fmt.Fprintf(&b, " %s=%s", part.name, part.text)
		}
	}
	if n.Length > 0 {
		fmt.Fprintf(&b, " len=%d", n.Length)
	}
	return b.String()
}

func TestClassify(t *testing.T) {
	const u = "00000005-1111-4222-8333-000000009aab"
	b := func(s string) []byte { return []byte(s) }
	tests := []struct {
		path  string
		want  Node
		words string
	}{
		{"/fq-name-to-uuid/virtual_network:d:p:n/", Node{Kind: NodeName, Type: b("virtual_network"), Name: b("d:p:n")}, "name of virtual_network d:p:n"},
		{"c1/fq-name-to-uuid/physical_interface:g:r:xe-0/0/0/", Node{Kind: NodeName, Cluster: b("c1"), Type: b("physical_interface"), Name: b("g:r:xe-0/0/0")}, "name of physical_interface g:r:xe-0/0/0"},
		{"/fq-name-to-uuid/", Node{Kind: NodeDirectory}, "empty directory"},
		{"/fq-name-to-uuid/x/y:z", Node{Kind: NodeName, Type: b("x/y"), Name: b("z")}, "name of x/y z"},
		{"/fq-name-to-uuid/x/y", Node{}, ""},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/0167772163", Node{Kind: NodeAddress, Name: b("d:p:n"), Prefix: b("10.0.0.0"), Length: 24, Index: b("0167772163")}, "address 10.0.0.3 in 10.0.0.0/24 of d:p:n"},
		{"/api-server/subnets/d:p:a/b:10.0.0.0/24/0167772163", Node{Kind: NodeAddress, Name: b("d:p:a/b"), Prefix: b("10.0.0.0"), Length: 24, Index: b("0167772163")}, "address 10.0.0.3 in 10.0.0.0/24 of d:p:a/b"},
		{"/api-server/subnets/d:p:a:b:10.0.0.0/24/0167772163", Node{Kind: NodeAddress, Name: b("d:p:a:b"), Prefix: b("10.0.0.0"), Length: 24, Index: b("0167772163")}, "address 10.0.0.3 in 10.0.0.0/24 of d:p:a:b"},
		{"/api-server/subnets/n:10.0.0.0/24/0167772163", Node{Kind: NodeAddress, Name: b("n"), Prefix: b("10.0.0.0"), Length: 24, Index: b("0167772163")}, "address 10.0.0.3 in 10.0.0.0/24 of n"},
		{"/api-server/subnets/d:p:n:fd00:2::/64/336294683092040040873191861438015078403", Node{Kind: NodeAddress, Name: b("d:p:n"), Prefix: b("fd00:2::"), Length: 64, Index: b("336294683092040040873191861438015078403")}, "address fd00:2::3 in fd00:2::/64 of d:p:n"},
		{"/api-server/subnets/d:p:beef:fd00::/64/0000000003", Node{Kind: NodeAddress, Name: b("d:p:beef"), Prefix: b("fd00::"), Length: 64, Index: b("0000000003")}, "address ::3 in fd00::/64 of d:p:beef"},
		{"/api-server/subnets/d:p:n:::1/128/0000000001", Node{Kind: NodeAddress, Name: b("d:p:n"), Prefix: b("::1"), Length: 128, Index: b("0000000001")}, "address ::1 in ::1/128 of d:p:n"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/x", Node{Kind: NodeAddress, Name: b("d:p:n"), Prefix: b("10.0.0.0"), Length: 24, Index: b("x")}, "number x in 10.0.0.0/24 of d:p:n"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/", Node{Kind: NodeDirectory, Name: b("d:p:n"), Prefix: b("10.0.0.0"), Length: 24}, "empty directory"},
		{"/api-server/subnets/d:p:n:10.0.0.0/", Node{Kind: NodeDirectory, Name: b("d:p:n"), Prefix: b("10.0.0.0")}, "empty directory"},
		{"/api-server/subnets/", Node{Kind: NodeDirectory}, "empty directory"},
		{"/api-server/subnets/d:p:n:10.0.0/24/0167772163", Node{Kind: NodeDirectory}, "empty directory"},
		{"/api-server/", Node{Kind: NodeDirectory}, "empty directory"},
		{"/api-server/other", Node{}, ""},
		{"/id/virtual-networks/0000000004", Node{Kind: NodeNetworkID, Index: b("0000000004")}, "network id 5 (node 4)"},
		{"/id/virtual-networks/four", Node{Kind: NodeNetworkID, Index: b("four")}, `network id "four"`},
		{"/id/virtual-networks/", Node{Kind: NodeDirectory}, "empty directory"},
		{"/id/security-groups/id/0000000001", Node{Kind: NodeSecurityGroupID, Index: b("0000000001")}, "security group id 8000001 (node 1)"},
		{"/id/security-groups/id", Node{Kind: NodeDirectory}, "empty directory"},
		{"/id/security-groups", Node{Kind: NodeDirectory}, "empty directory"},
		{"/id/bgp/route-targets/0008000002", Node{Kind: NodeRouteTarget, Index: b("0008000002")}, "route target number 8000002"},
		{"/id/bgp/route-targets/type1_2/0000008000", Node{Kind: NodeRouteTarget, Sub: b("type1_2"), Index: b("0000008000")}, "route target number 8000 (type1_2)"},
		{"/id/bgp/route-targets/type0", Node{Kind: NodeDirectory, Sub: b("type0")}, "empty directory"},
		{"/id/bgp", Node{Kind: NodeDirectory}, "empty directory"},
		{"/id/bgpaas/port/0000050001", Node{Kind: NodeBGPaaSPort, Index: b("0000050001")}, "BGP as a service port 50001"},
		{"/id/tags/types/0000000256", Node{Kind: NodeTagType, Index: b("0000000256")}, "tag type id 0x0100"},
		{"/id/tags/typesUD/0000032769", Node{Kind: NodeTagType, Sub: b("UD"), Index: b("0000032769")}, "tag type id 0x8001"},
		{"/id/tags/values/tier/0000000001", Node{Kind: NodeTagValue, Scope: b("tier"), Index: b("0000000001")}, "tag value id 0x0001 of tag type tier"},
		{"/id/tags/values/UD/tier/0000032768", Node{Kind: NodeTagValue, Sub: b("UD"), Scope: b("tier"), Index: b("0000032768")}, "tag value id 0x8000 of tag type tier"},
		{"/id/tags/values/UD/0000000001", Node{Kind: NodeTagValue, Scope: b("UD"), Index: b("0000000001")}, "tag value id 0x0001 of tag type UD"},
		{"/id/tags/values/a/b/0000000001", Node{Kind: NodeTagValue, Scope: b("a/b"), Index: b("0000000001")}, "tag value id 0x0001 of tag type a/b"},
		{"/id/tags/values/tier", Node{Kind: NodeDirectory, Scope: b("tier")}, "empty directory"},
		{"/id/aggregated-ethernet/0000000007", Node{Kind: NodeAggregate, Index: b("0000000007")}, "aggregated ethernet 7"},
		{"/id/aggregated-ethernet/leaf/1/0000000007", Node{Kind: NodeAggregate, Scope: b("leaf/1"), Index: b("0000000007")}, "aggregated ethernet 7 of leaf/1"},
		{"/id/aggregated-ethernet/leaf", Node{Kind: NodeDirectory, Scope: b("leaf")}, "empty directory"},
		{"/id/ae-id-vpg/vpg:" + u + "/leaf", Node{Kind: NodeAggregateOfGroup, Key: b(u), Scope: b("leaf")}, "aggregated ethernet of port group " + u + " on leaf"},
		{"/id/virtual-port-group/0000000003", Node{Kind: NodePortGroup, Index: b("0000000003")}, "port group 3"},
		{"/id/sub-clusters/id/0000000012", Node{Kind: NodeSubCluster, Index: b("0000000012")}, "sub-cluster id 12"},
		{"/id/service-chain/vlan/" + u + "/0000000004", Node{Kind: NodeServiceChainVLAN, Key: b(u), Index: b("0000000004")}, "VLAN 5 (node 4) of service VM " + u},
		{"/id/service-chain/vlan/" + u + "0000000004", Node{Kind: NodeServiceChainVLAN, Key: b(u), Index: b("0000000004")}, "VLAN 5 (node 4) of service VM " + u},
		{"/id/pnf/vlan_id" + u + "/0000000002", Node{Kind: NodePNF, Sub: b("vlan_id"), Key: b(u), Index: b("0000000002")}, "service vlan_id 2 of " + u},
		{"/id/pnf/network_id0000000002", Node{Kind: NodePNF, Sub: b("network_id"), Index: b("0000000002")}, "service network_id 2"},
		{"/id/f5-lb/vlan/0000000002", Node{Kind: NodeLoadBalancerVLAN, Index: b("0000000002")}, "load balancer VLAN 2"},
		{"/id/new/0000000002", Node{}, ""},
		{"/id", Node{Kind: NodeDirectory}, "empty directory"},
		{"/vnc_api_server_obj_create/" + u + "/virtual_network", Node{Kind: NodeQuota, Key: b(u), Type: b("virtual_network")}, "number of virtual_network in project " + u},
		{"/vnc_api_server_obj_create", Node{Kind: NodeDirectory}, "empty directory"},
		{"/schema-transformer/0123__lock__0000000001", Node{Kind: NodeElection, Scope: b("schema-transformer")}, "contender for schema-transformer"},
		{"/k8s/kube-manager/0123__lock__0000000001", Node{Kind: NodeElection, Scope: b("kube-manager")}, "contender for kube-manager"},
		{"/vnc_api_server_locks/dbe_resync", Node{Kind: NodeLock, Scope: b("dbe_resync")}, "lock of dbe_resync"},
		{"/validation/fabric/enterprise/fabric:" + u + "/vlan:4", Node{Kind: NodeFabricValidation, Sub: b("enterprise"), Scope: b("fabric:" + u + "/vlan:4")}, "enterprise validation of fabric:" + u + "/vlan:4"},
		{"/job-manager/g:fab/fabric-job-monitor", Node{Kind: NodeJob, Scope: b("g:fab")}, "running job of fabric g:fab"},
		{"/brokers/ids/0", Node{Kind: NodeForeign}, "node of another program"},
		{"/zookeeper/quota", Node{Kind: NodeForeign}, "node of another program"},
		{"/new-family/x", Node{}, ""},
		{"/", Node{}, ""},
		{"", Node{}, ""},
	}
	for _, test := range tests {
		got := Classify([]byte(test.path))
		if show(got) != show(test.want) {
			t.Errorf("%s:\n got %s\nwant %s", test.path, show(got), show(test.want))
		}
		if words := got.Describe(1); words != test.words {
			t.Errorf("%s: %q, want %q", test.path, words, test.words)
		}
		if len(test.path) > 2 && len(got.Cluster) == 0 {
			for _, other := range []string{"c7/" + test.path, "c7" + test.path + "/"} {
				got := Classify([]byte(other))
				test.want.Cluster = []byte("c7")
				if show(got) != show(test.want) {
					t.Errorf("%s:\n got %s\nwant %s", other, show(got), show(test.want))
				}
			}
		}
	}
}

func TestAddressWithAllocUnit(t *testing.T) {
	tests := []struct {
		path string
		unit uint64
		want string
	}{
		{"/api-server/subnets/d:p:n:10.0.0.0/24/0167772163", 1, "10.0.0.3"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/0041943041", 4, "10.0.0.4"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/0041943041", 1, "2.128.0.1"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/0041943041", 0, "10.0.0.4"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/0000000000", 0, "0.0.0.0"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/9999999999", 0, "none"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/4294967295", 2, "none"},
		{"/api-server/subnets/d:p:n:10.0.0.0/24/-000000001", 1, "none"},
		{"/api-server/subnets/d:p:n:10.0.0.0/33/0000000001", 1, "none"},
		{"/api-server/subnets/d:p:n:fd00::/64/168147341466791857922331593125463588865", 2, "fd00::2"},
		{"/api-server/subnets/d:p:n:fd00::/64/168147341466791857922331593125463588865", 0, "fd00::2"},
		{"/id/virtual-networks/0000000001", 1, "none"},
	}
	for _, test := range tests {
		got := "none"
		if addr, ok := Classify([]byte(test.path)).Address(test.unit); ok {
			got = addr.String()
		}
		if got != test.want {
			t.Errorf("%s with unit %d: %s, want %s", test.path, test.unit, got, test.want)
		}
	}
}

// An address of any subnet comes back from the node that locks it.
func TestAddressNodeComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var addr netip.Addr
		if rapid.Bool().Draw(t, "v6") {
			notMapped := func(b []byte) bool { return !netip.AddrFrom16([16]byte(b)).Is4In6() }
			addr = netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Filter(notMapped).Draw(t, "addr")))
		} else {
			addr = netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "addr")))
		}
		unit := uint64(1) << rapid.IntRange(0, 3).Draw(t, "unit")
		raw := addr.AsSlice()
		raw[len(raw)-1] &^= byte(unit - 1)
		addr, _ = netip.AddrFromSlice(raw)
		bits := rapid.IntRange(1, addr.BitLen()).Draw(t, "bits")
		prefix, _ := addr.Prefix(bits)
		part := rapid.StringMatching(`[g-z][a-z.é-]{0,5}(/[a-z]{1,4})?`)
		owner := part.Draw(t, "domain") + ":" + part.Draw(t, "project") + ":" + part.Draw(t, "net")
		text := strings.TrimSuffix(prefix.String(), "/"+fmt.Sprint(bits)) + "/" + fmt.Sprint(bits)
		node, ok := AddressNode(owner, Subnet{Text: text, Prefix: prefix, AllocUnit: unit}, addr, "u")
		if !ok {
			t.Fatalf("%s is not in %s", addr, prefix)
		}
		n := Classify([]byte(node.InCluster(rapid.SampledFrom([]string{"", "c1"}).Draw(t, "cluster"))))
		if n.Kind != NodeAddress || string(n.Name) != owner || !n.WellFormedIndex() {
			t.Fatalf("%s came apart as %s", node.Path, show(n))
		}
		if back, ok := n.Address(unit); !ok || back != addr {
			t.Fatalf("%s gives %s, want %s", node.Path, back, addr)
		}
		if subnet, ok := n.Subnet(); !ok || subnet != prefix {
			t.Fatalf("%s gives %s, want %s", node.Path, subnet, prefix)
		}
	})
}

// Whatever the path, all spellings of it mean the same, and the parts stand in
// it.
func checkPath(t interface{ Fatalf(string, ...any) }, path []byte) {
	n := Classify(path)
	normal := NormalizePath(path)
	if again := NormalizePath(normal); !bytes.Equal(again, normal) {
		t.Fatalf("%q is normalised to %q, and that to %q", path, normal, again)
	}
	for _, part := range [][]byte{n.Cluster, n.Type, n.Name, n.Sub, n.Scope, n.Key, n.Prefix, n.Index} {
		if !bytes.Contains(normal, part) {
			t.Fatalf("%q has a part %q", path, part)
		}
	}
	if len(path) > 0 && path[0] == '/' {
		if same := Classify(normal); show(same) != show(n) {
			t.Fatalf("%q is %s, %q is %s", path, show(n), normal, show(same))
		}
	}
	n.DescribeWithData(path, 0)
	n.Owner(path)
	n.ID()
}

func FuzzClassify(f *testing.F) {
	for _, path := range []string{"", "/", "c1/id/tags/values/UD/a/0000000001/", "/api-server/subnets/d:p:n:fd00::/64/0000000001",
		"/id/pnf/network_id1", "/fq-name-to-uuid/a:b//c/", "/id/aggregated-ethernet//1", "//id//", "/id/service-chain/vlan/x"} {
		f.Add([]byte(path))
	}
	f.Fuzz(func(t *testing.T, path []byte) { checkPath(t, path) })
}

func TestClassifyAllocatesNothing(t *testing.T) {
	paths := [][]byte{
		[]byte("/fq-name-to-uuid/virtual_network:d:p:n/"),
		[]byte("c1/api-server/subnets/default-domain:project:network-1:10.0.0.0/24/0167772163/"),
		[]byte("/id/bgp/route-targets/type0/0008000001/"),
		[]byte("/id/pnf/vlan_id00000005-1111-4222-8333-000000009aab/0000000001/"),
	}
	allocs := testing.AllocsPerRun(100, func() {
		for _, p := range paths {
			Classify(p)
			Family(p)
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkClassify(b *testing.B) {
	for _, path := range []string{
		"/fq-name-to-uuid/virtual_machine_interface:default-domain:project:port-1/",
		"/api-server/subnets/default-domain:project:network-1:10.0.0.0/24/0167772163/",
		"c1/api-server/subnets/default-domain:project:network-1:fd00::/64/168147341546020020436595930719007539201/",
	} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			p := []byte(path)
			for b.Loop() {
				Classify(p)
			}
		})
	}
}
