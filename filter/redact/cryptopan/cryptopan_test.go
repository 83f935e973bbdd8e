package cryptopan_test

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/dumptool/dumptool/filter/redact/cryptopan"
)

// sampleKey and samples are those that the authors of Crypto-PAn publish with
// their program.
var sampleKey = [cryptopan.KeySize]byte{
	21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16,
	216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2,
}

var samples = map[string]string{
	"128.11.68.132": "135.242.180.132", "129.118.74.4": "134.136.186.123", "130.132.252.244": "133.68.164.234",
	"141.223.7.43": "141.167.8.160", "141.233.145.108": "141.129.237.235", "152.163.225.39": "151.140.114.167",
	"156.29.3.236": "147.225.12.42", "165.247.96.84": "162.9.99.234", "166.107.77.190": "160.132.178.185",
	"192.102.249.13": "252.138.62.131", "192.215.32.125": "252.43.47.189", "192.233.80.103": "252.25.108.8",
	"192.41.57.43": "252.222.221.184", "193.150.244.223": "253.169.52.216", "195.205.63.100": "255.186.223.5",
	"198.200.171.101": "249.199.68.213", "198.26.132.101": "249.36.123.202", "198.36.213.5": "249.7.21.132",
	"198.51.77.238": "249.18.186.254", "199.217.79.101": "248.38.184.213", "202.49.198.20": "245.206.7.234",
	"203.12.160.252": "244.248.163.4", "204.184.162.189": "243.192.77.90", "204.202.136.230": "243.178.4.198",
	"204.29.20.4": "243.33.20.123", "205.178.38.67": "242.108.198.51", "205.188.147.153": "242.96.16.101",
	"205.188.248.25": "242.96.88.27", "205.245.121.43": "242.21.121.163", "207.105.49.5": "241.118.205.138",
}

func TestPublishedVectors(t *testing.T) {
	c := cryptopan.New(sampleKey)
	for from, want := range samples {
		if got := c.Address(netip.MustParseAddr(from)); got.String() != want {
			t.Errorf("%s becomes %s, want %s", from, got, want)
		}
	}
}

// TestPrefixes checks that the common prefix of any two addresses keeps its
// length, whatever a caller keeps.
func TestPrefixes(t *testing.T) {
	c := cryptopan.New(sampleKey)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{4, 16}).Draw(t, "size")
		a := rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "a")
		b := append([]byte(nil), a...)
		for i := rapid.IntRange(0, size).Draw(t, "from"); i < size; i++ {
			b[i] = rapid.Byte().Draw(t, "b")
		}
		x, _ := netip.AddrFromSlice(a)
		y, _ := netip.AddrFromSlice(b)
		n := rapid.IntRange(0, size*8).Draw(t, "n")
		// Depends on nothing but the place of the bit.
		keep := func(bit int) bool { return bit%5 == 3 }
		if got, want := common(c.Map(x, n, keep), c.Map(y, n, keep)), common(x, y); got != want {
			t.Fatalf("%s and %s have %d bits in common, then %d", x, y, want, got)
		}
	})
}

func common(a, b netip.Addr) int {
	x, y := a.AsSlice(), b.AsSlice()
	for i := range len(x) * 8 {
		if (x[i/8]^y[i/8])&(0x80>>(i%8)) != 0 {
			return i
		}
	}
	return len(x) * 8
}
