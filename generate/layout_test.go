package generate

import (
	"bytes"
	"strings"
	"testing"
)

var layoutSizes = func() []int {
	var sizes []int
	for n := MinObjects; n < 420; n++ {
		sizes = append(sizes, n)
	}
	for n := 420; n < MaxObjects; n = n*4/3 + 17 {
		sizes = append(sizes, n)
	}
	return append(sizes, MaxObjects)
}()

func layouts(t *testing.T, check func(t *testing.T, o Options, l *layout)) {
	for _, n := range layoutSizes {
		for _, four := range []bool{false, true} {
			o := Options{Objects: n, FourByteASN: four, AllocUnit: 16}
			check(t, o, newLayout(o))
			if t.Failed() {
				t.Fatalf("with %d objects, four byte AS number %v", n, four)
			}
		}
	}
}

// The numbers of objects add up and stay inside what the system's allocators
// and the checks allow.
func TestLayoutLimits(t *testing.T) {
	layouts(t, func(t *testing.T, o Options, l *layout) {
		if l.total() != o.Objects {
			t.Errorf("%d objects", l.total())
		}
		for k, count := range l.count {
			if count < 0 {
				t.Errorf("%d of %s", count, kind(k).typ())
			}
		}
		g := &generator{layout: l, options: o}
		highest := 24777216
		if o.FourByteASN {
			highest = 40768
		}
		if l.firstUserTarget() > 0 && g.targetNumber(l.firstUserTarget()-1) > highest {
			t.Errorf("route target %d", g.targetNumber(l.firstUserTarget()-1))
		}
		if l.userRTs > 0 && g.targetNumber(l.count[routeTarget]-1) >= g.firstTargetNumber() {
			t.Error("a user's route target is in the system's range")
		}
		if l.count[virtualNetwork] > 1<<24 {
			t.Errorf("%d networks", l.count[virtualNetwork])
		}
		if k := projectTag; l.count[k] > 0 && g.tagValueID(k, l.count[k]-1) > 65535 {
			t.Error("tag value ids")
		}
		if l.groupsPerRouter() > 128 || l.count[virtualRouter] > 65_000 || l.widePorts > 65_000 || l.flatPorts > 65_000 {
			t.Error("address or id space")
		}
		for _, wide := range []int{
			2 * l.widePorts, l.wideGroup, l.count[project], l.count[virtualRouter] + l.count[physicalRouter] + l.count[fabric] + 1,
			(l.count[globalTag] + l.count[projectTag]) / tagTypes, l.routers,
		} {
			if wide > 100_000 {
				t.Errorf("a row with %d references (B-REF-10)", wide)
			}
		}
		if l.wideGroup > l.machinePorts() || l.secondIPs > l.tenantPorts || l.tenantPorts < 0 || l.count[virtualMachine] > l.machinePorts() {
			t.Error("ports don't suffice")
		}
	})
}

// What is dealt out can be read backwards.
func TestLayoutBackwards(t *testing.T) {
	layouts(t, func(t *testing.T, o Options, l *layout) {
		g := &generator{layout: l, options: o}
		some := func(n int, check func(i int)) {
			for i := 0; i < n; i += 1 + n/50 {
				check(i)
			}
			if n > 0 {
				check(n - 1)
			}
		}
		for _, s := range []split{l.networksOf(), l.portsOf(), l.machinesOf(), l.hostedOn(), l.floatingOf(), l.groupsOf(), l.tagsOf(), l.routersIn()} {
			some(s.n, func(i int) {
				if lo, hi := s.items(s.owner(i)); i < lo || i >= hi {
					t.Errorf("%+v: %d has owner %d, who has %d to %d", s, i, s.owner(i), lo, hi)
				}
			})
			some(s.owners, func(owner int) {
				if _, hi := s.items(owner); owner+1 < s.owners && hi != s.first(owner+1) || owner+1 == s.owners && hi != s.n {
					t.Errorf("%+v: owner %d ends at %d", s, owner, hi)
				}
			})
		}
		for _, c := range []choice{l.wideMembers(), l.dualStack(), g.logicalPorts()} {
			some(c.chosen, func(e int) {
				if got, ok := c.ordinal(c.item(e)); !ok || got != e || c.before(c.item(e)) != e {
					t.Errorf("%+v: %d is at %d, which is %d", c, e, c.item(e), got)
				}
			})
			some(c.n, func(i int) {
				if e, ok := c.ordinal(i); ok && c.item(e) != i {
					t.Errorf("%+v: %d isn't chosen", c, i)
				}
			})
		}
		some(l.count[floatingIP], func(i int) {
			if port, ok := g.portOfFloating(i); ok {
				if back, ok := g.floatingOfPort(port); !ok || back != i {
					t.Errorf("floating IP %d is on port %d, which has %d", i, port, back)
				}
			}
		})
		some(l.count[aliasIP], func(i int) {
			if port, ok := g.portOfAlias(i); ok {
				if back, ok := g.aliasOfPort(port); !ok || back != i {
					t.Errorf("alias IP %d is on port %d, which has %d", i, port, back)
				}
			}
		})
		some(l.routers, func(router int) {
			left, right := l.routerNetworks(router)
			for side, network := range []int{left, right} {
				if back, at, ok := l.routerOfNetwork(network); !ok || back != router || at != side {
					t.Errorf("router %d has network %d, which has router %d", router, network, back)
				}
			}
		})
		some(l.chains, func(chain int) {
			if back, ok := l.chainOfNetwork(l.networkOfInstance(l.chainInstance(chain))); !ok || back != chain {
				t.Errorf("chain %d is %d", chain, back)
			}
		})
		some(l.count[physicalInterface], func(i int) {
			if other, ok := l.linkedInterface(i); ok {
				if back, ok := l.linkedInterface(other); !ok || back != i || l.freeInterface(i) {
					t.Errorf("interface %d leads to %d, which leads to %d", i, other, back)
				}
			}
		})
		some(l.total(), func(number int) {
			if p := l.at(number); l.number(p.kind, p.i) != uint64(number) || p.i >= l.count[p.kind] {
				t.Errorf("%d is %+v", number, p)
			}
		})
		some(l.tenants, func(tenant int) {
			s, _ := g.subnetOf(l.poolNetwork(tenant))
			highest := g.spareHost(l.poolNetwork(tenant)) + hostsSpare
			if lowest := s.lastHost() - l.floatingOf().count(tenant) - l.aliasOf().count(tenant); lowest < highest {
				t.Errorf("tenant %d: addresses of pools begin at %d, ports end at %d", tenant, lowest, highest)
			}
		})
	})
}

// At a million objects the two wide rows have their full width, and are made
// like any other row.
func TestWideRows(t *testing.T) {
	g, err := newGenerator(Options{Objects: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{generator: g}
	var r row
	for _, wide := range []struct {
		place place
		want  int
	}{
		{place{virtualNetwork, wideNetwork}, 50_000},
		{place{securityGroup, noRuleGroup}, 100_000},
	} {
		var s subject
		w.subject(&s, int(g.number(wide.place.kind, wide.place.i)))
		r.build(w, &s)
		backrefs := 0
		for i, c := range r.cells {
			if strings.HasPrefix(string(r.cellName(c)), "backref:") {
				backrefs++
			}
			if i > 0 && bytes.Compare(r.cellName(r.cells[i-1]), r.cellName(c)) >= 0 {
				t.Fatalf("column %s is not in order", r.cellName(c))
			}
		}
		if backrefs != wide.want {
			t.Errorf("%s has %d back-references, want %d", wide.place.kind.typ(), backrefs, wide.want)
		}
	}
}
