package diff

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// The edits of lists that mean the same in any order say nothing of the order,
// pair elements by what they are known by, and count repeated elements.
func TestEditsOfSets(t *testing.T) {
	for _, c := range []struct{ column, old, new, want string }{
		{"prop:route_target_list", `{"route_target": ["a", "b", "c"]}`, `{"route_target": ["c", "d", "a"]}`, `removed route_target.1, added route_target.1`},
		{"prop:route_target_list", `{"route_target": ["a", "a", "b"]}`, `{"route_target": ["b", "a"]}`, `removed route_target.1`},
		{"prop:perms2", `{"share": [{"tenant": "x", "tenant_access": 7}, {"tenant": "y", "tenant_access": 7}]}`,
			`{"share": [{"tenant": "y", "tenant_access": 5}, {"tenant": "x", "tenant_access": 7}]}`, `modified share.1.tenant_access (tenant y)`},
		// Only the order differs: that is what is shown then.
		{"prop:perms2", `{"share": [{"tenant": "x"}, {"tenant": "y"}]}`, `{"share": [{"tenant": "y"}, {"tenant": "x"}]}`,
			`removed share.0 (tenant x), added share.1 (tenant x)`},
		{"prop:security_group_entries", `{"policy_rule": [{"rule_uuid": "1", "p": 1}, {"rule_uuid": "2"}]}`, `{"policy_rule": [{"rule_uuid": "2"}, {"rule_uuid": "1", "p": 2}]}`,
			`modified policy_rule.0.p (rule_uuid 1)`},
		// The rules of a policy have an order.
		{"prop:network_policy_entries", `{"policy_rule": [{"rule_uuid": "1"}, {"rule_uuid": "2"}]}`, `{"policy_rule": [{"rule_uuid": "2"}, {"rule_uuid": "1"}]}`,
			`removed policy_rule.0 (rule_uuid 1), added policy_rule.1 (rule_uuid 1)`},
		{"prop:network_policy_entries", `{"policy_rule": [{"rule_uuid": "1", "p": 1}]}`, `{"policy_rule": [{"rule_uuid": "0"}, {"rule_uuid": "1", "p": 2}]}`,
			`added policy_rule.0 (rule_uuid 0), modified policy_rule.0.p (rule_uuid 1)`},
		{"ref:network_ipam:u", `{"attr": {"ipam_subnets": [{"subnet": {"ip_prefix": "10.0.0.0", "ip_prefix_len": 24}, "g": 1}]}}`,
			`{"attr": {"ipam_subnets": [{"subnet": {"ip_prefix": "10.1.0.0", "ip_prefix_len": 24}}, {"subnet": {"ip_prefix_len": 24, "ip_prefix": "10.0.0.0"}, "g": 2}]}}`,
			`modified attr.ipam_subnets.0.g (subnet 10.0.0.0/24), added attr.ipam_subnets.0 (subnet 10.1.0.0/24)`},
	} {
		var got []string
		for _, e := range EditsOf(c.column, c.old, c.new) {
			s := string(e.Op) + " " + e.Path
			if e.Element != "" {
				s += " (" + e.Element + ")"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s %s to %s:\n%s, want\n%s", c.column, c.old, c.new, s, c.want)
		}
	}
}

// The runs that two lists have in common are common, in order, and as long
// together as a longest common subsequence.
func TestCommonRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		list := func() []int32 {
			l := make([]int32, r.IntN(14))
			for i := range l {
				l[i] = int32(r.IntN(2 + r.IntN(6)))
			}
			return l
		}
		x, y := list(), list()
		i, j, n := 0, 0, 0
		for _, run := range commonRuns(x, y) {
			if run.a < i || run.b < j || run.n < 1 {
				t.Fatalf("%v %v: %v", x, y, run)
			}
			for k := range run.n {
				if x[run.a+k] != y[run.b+k] {
					t.Fatalf("%v %v: %v", x, y, run)
				}
			}
			i, j, n = run.a+run.n, run.b+run.n, n+run.n
		}
		if want := commonLength(x, y); n != want {
			t.Fatalf("%v %v: %d common, want %d", x, y, n, want)
		}
	}
}

// commonLength is the length of a longest common subsequence, by the book.
func commonLength(x, y []int32) int {
	length := make([][]int, len(x)+1)
	for i := range length {
		length[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	return length[0][0]
}

// A list that is too different for a shortest script still has a complete one.
func TestLongLists(t *testing.T) {
	var old, new []string
	for i := range 20_000 {
		old = append(old, fmt.Sprintf(`"e%d"`, i))
		if i%7 != 0 {
			new = append(new, fmt.Sprintf(`"e%d"`, i))
		} else {
			new = append(new, fmt.Sprintf(`"f%d"`, i), `"g"`)
		}
	}
	a, b := "["+strings.Join(old, ", ")+"]", "["+strings.Join(new, ", ")+"]"
	edits := EditsOf("prop:x", a, b)
	if len(edits) > 2*20_000/7+10 {
		t.Errorf("%d edits", len(edits))
	}
	checkScript(t, a, b, edits)
}

// Applying the edits of a list of texts to the old one gives the new one.
func TestScriptLeadsFromOldToNew(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		list := func() string {
			l := make([]int, r.IntN(9))
			for i := range l {
				l[i] = r.IntN(5)
			}
			b, _ := json.Marshal(l)
			return string(b)
		}
		a, b := list(), list()
		checkScript(t, a, b, EditsOf("prop:x", a, b))
	}
}

func checkScript(t *testing.T, a, b string, edits []Edit) {
	t.Helper()
	var old, want []any
	for text, to := range map[string]*[]any{a: &old, b: &want} {
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatal(err)
		}
	}
	if a == b {
		want = old
	}
	gone, came := map[int]bool{}, map[int]any{}
	for _, e := range edits {
		i, err := strconv.Atoi(e.Path)
		if err != nil && e.Path != "" {
			t.Fatal(err)
		}
		var value any
		_ = json.Unmarshal([]byte(e.New), &value)
		switch e.Op {
		case Removed:
			gone[i] = true
		case Added:
			came[i] = value
		case Modified:
			old[i] = value
		}
	}
	var got []any
	rest := 0
	for len(got) < len(want)+1 {
		if v, ok := came[len(got)]; ok {
			got = append(got, v)
			continue
		}
		for gone[rest] {
			rest++
		}
		if rest >= len(old) {
			break
		}
		got = append(got, old[rest])
		rest++
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%.300s to %.300s: %v gives %.300v", a, b, edits, got)
	}
}
