package pseudonym_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dumptool/dumptool/filter/redact/pseudonym"
)

func mapper(subnets ...string) *pseudonym.Mapper {
	m := pseudonym.New([32]byte{1, 2, 3})
	var list []netip.Prefix
	for _, s := range subnets {
		list = append(list, netip.MustParsePrefix(s))
	}
	m.SetSubnets(list)
	return m
}

// TestNoCollision gives a million names pseudonyms, and a million addresses of
// one subnet, MAC addresses and AS numbers.
func TestNoCollision(t *testing.T) {
	m := mapper("10.0.0.0/16")
	n := 1_000_000 // names; a tenth of it of each other sort
	if testing.Short() {
		n = 100_000
	}
	seen := make(map[string]bool, 2*n)
	check := func(from string) {
		p := string(m.Text([]byte(from)))
		if seen[p] {
			t.Fatalf("%s becomes %s, as something else does", from, p)
		}
		seen[p] = true
	}
	for i := range n {
		check(fmt.Sprintf("name-%d", i))
	}
	for i := range n / 10 {
		check(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
		check(fmt.Sprintf("52:54:00:%02x:%02x:%02x", i>>16, i>>8&255, i&255))
		check(fmt.Sprintf("target:%d:1", 65536+i))
	}
}

// TestJoined checks that what is put together of names becomes what is put
// together of theirs.
func TestJoined(t *testing.T) {
	m := mapper()
	part := rapid.StringMatching(`[a-zü][a-z0-9ü]{0,8}(-[a-zü0-9]{1,4})?`)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(part, 1, 5).Draw(t, "parts")
		sep := rapid.SampledFrom([]string{":", "_", "__", ".", " ", "/", "=", "@"}).Draw(t, "sep")
		var want []string
		for _, p := range parts {
			want = append(want, string(m.Text([]byte(p))))
		}
		if got := string(m.Text([]byte(strings.Join(parts, sep)))); got != strings.Join(want, sep) {
			t.Fatalf("%q becomes %q, its parts %q", parts, got, want)
		}
	})
}

// TestTexts checks what stays and what goes: a star stands for a pseudonym.
func TestTexts(t *testing.T) {
	m := mapper("192.0.2.0/24", "2001:db8:1::/64")
	for text, want := range map[string]string{
		"default-domain:acme:net-1":         "default-domain:*:*",
		"default-global-system-config":      "default-global-system-config",
		"default-acme":                      "*",
		"__no_rule__":                       "__no_rule__",
		"default-domain:x:__link_local__:y": "default-domain:*:__link_local__:*",
		"service-2b423b0c-0000-4000-8000-000000000002-default-domain_acme_fw": "service-2b423b0c-0000-4000-8000-000000000002-default-domain_*_*",
		"default-domain__acme__fw__1":                                         "default-domain__*__*__1",
		"pod__2b423b0c-0000-4000-8000-000000000002":                           "*__2b423b0c-0000-4000-8000-000000000002",
		"tier=web":                  "tier=*",
		"any":                       "any",
		"":                          "",
		"0.0.0.0/0":                 "0.0.0.0/0",
		"::/0":                      "::/0",
		"127.0.0.1":                 "127.0.0.1",
		"169.254.169.254":           "169.254.169.254",
		"255.255.255.0":             "255.255.255.0",
		"fe80::1":                   "fe80::1",
		"ff02::1":                   "ff02::1",
		"00:00:5e:00:01:01":         "00:00:5e:00:01:01",
		"ff:ff:ff:ff:ff:ff":         "ff:ff:ff:ff:ff:ff",
		"2020-06-14T04:10:28":       "2020-06-14T04:10:28",
		"target:64512:8000001":      "target:64512:8000001",
		"https://web.acme.org:8443": "https://*.*.*:8443",
	} {
		got := string(m.Text([]byte(text)))
		if !matches(got, want) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// matches compares a text with one in which stars stand for pseudonyms.
func matches(got, want string) bool {
	for {
		front, rest, found := strings.Cut(want, "*")
		if !strings.HasPrefix(got, front) {
			return false
		}
		got = got[len(front):]
		if !found {
			return got == ""
		}
		if len(got) < 15 || !strings.HasPrefix(got, pseudonym.Prefix) {
			return false
		}
		got, want = got[15:], rest
	}
}

// TestSpellings checks that one address is the same in every spelling.
func TestSpellings(t *testing.T) {
	m := mapper("198.51.100.0/24")
	p := func(text string) string { return string(m.Text([]byte(text))) }
	plain := p("198.51.100.7")
	if plain == "198.51.100.7" || !strings.HasSuffix(plain, ".7") {
		t.Fatalf("198.51.100.7 becomes %s", plain)
	}
	for text, want := range map[string]string{
		"198.51.100.7/32": plain + "/32",
		"2b423b0c-0000-4000-8000-000000000002 198.51.100.0/24": "2b423b0c-0000-4000-8000-000000000002 " + strings.TrimSuffix(plain, "7") + "0/24",
		"ip-198-51-100-7":           p("ip") + "-" + strings.ReplaceAll(plain, ".", "-"),
		"198.51.100.7-198.51.100.9": plain + "-" + strings.TrimSuffix(plain, "7") + "9",
		"::ffff:198.51.100.7":       "::ffff:" + plain,
		"http://198.51.100.7:80/":   "http://" + plain + ":80/",
	} {
		if got := p(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	mac := p("52:54:00:ca:fe:01")
	if mac == "52:54:00:ca:fe:01" {
		t.Error("the MAC address stays")
	}
	if got := p("52-54-00-ca-fe-01"); got != strings.ReplaceAll(mac, ":", "-") {
		t.Errorf("with dashes %s, with colons %s", got, mac)
	}
	if got := p("5254.00ca.fe01"); strings.ReplaceAll(got, ".", "") != strings.ReplaceAll(mac, ":", "") {
		t.Errorf("with dots %s, with colons %s", got, mac)
	}
}

// TestSubnetArithmetic checks what counts in subnets: addresses stay in them, in
// the same order and at the same distance; special ranges stay, and nothing
// else gets into them; no two addresses become one.
func TestSubnetArithmetic(t *testing.T) {
	m := mapper("10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/24", "198.18.0.0/15", "2001:db8:1::/64")
	addr := rapid.Custom(func(t *rapid.T) netip.Addr {
		b := rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			b[0], b[1] = 10, b[1]%3
		}
		return netip.AddrFrom4([4]byte(b))
	})
	special := []netip.Prefix{}
	for _, s := range []string{"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"} {
		special = append(special, netip.MustParsePrefix(s))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := addr.Draw(t, "a"), addr.Draw(t, "b")
		x, y := m.Address(a), m.Address(b)
		if (a == b) != (x == y) {
			t.Fatalf("%s and %s become %s and %s", a, b, x, y)
		}
		for _, p := range special {
			if p.Contains(a) != p.Contains(x) {
				t.Fatalf("%s becomes %s, over the border of %s", a, x, p)
			}
		}
		for _, s := range []string{"10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/24", "198.18.0.0/15"} {
			p := netip.MustParsePrefix(s)
			q := netip.PrefixFrom(m.Prefix(p.Addr(), p.Bits()), p.Bits())
			if q != q.Masked() || p.Contains(a) != q.Contains(x) {
				t.Fatalf("%s in %s becomes %s in %s", a, p, x, q)
			}
			if p.Contains(a) && p.Contains(b) && a.Compare(b) != x.Compare(y) {
				t.Fatalf("%s and %s change places: %s and %s", a, b, x, y)
			}
		}
	})
}

// TestEUI64 checks that an address that is made of a MAC address stays so.
func TestEUI64(t *testing.T) {
	m := mapper("2001:db8:1::/64")
	mac := string(m.Text([]byte("52:54:00:ca:fe:01")))
	want := mac[9:11] + ":" + mac[12:14] + mac[15:]
	for _, prefix := range []string{"2001:db8:1::", "2001:db8:77:1:", "fe80::"} {
		got := string(m.Text([]byte(prefix + "5054:ff:feca:fe01")))
		tail := strings.ReplaceAll(got[strings.LastIndex(got, ":fe")+3:], ":", "")
		if tail != strings.ReplaceAll(want, ":", "") {
			t.Errorf("%s with %s becomes %s, the MAC address %s", prefix, "5054:ff:feca:fe01", got, mac)
		}
	}
}

func TestUUIDs(t *testing.T) {
	m := mapper()
	m.UUIDs = true
	dashed := string(m.Text([]byte("2b423b0c-1111-4000-8000-00000000abcd")))
	plain := string(m.Text([]byte("2b423b0c11114000800000000000abcd")))
	if dashed == "2b423b0c-1111-4000-8000-00000000abcd" || strings.ReplaceAll(dashed, "-", "") != plain {
		t.Errorf("%s with dashes, %s without", dashed, plain)
	}
}
