package humanize

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Size writes a number of bytes with an IEC unit and at most one decimal: "0 B", "1.5 KiB", "256 MiB".
func Size(bytes int64) string {
	const units = "KMGTPE"
	if bytes < 0 {
		if bytes == math.MinInt64 {
			return "-8 EiB"
		}
		return "-" + Size(-bytes)
	}
	if bytes < 1024 {
		return strconv.FormatInt(bytes, 10) + " B"
	}
	value, unit := float64(bytes)/1024, 0
	// 1023.95 and more would print as "1024.0": it belongs to the next unit.
	for value >= 1023.95 && unit < len(units)-1 {
		value /= 1024
		unit++
	}
	text := strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0")
	return text + " " + units[unit:unit+1] + "iB"
}

// ParseSize reads a size in bytes: digits, perhaps a decimal point and more digits, perhaps a unit, blanks allowed
// between them. Units go without regard to case: B, K, M, G, T, P, KiB … PiB (powers of 1024), KB … PB (powers of
// 1000). The result is rounded down to a whole byte.
func ParseSize(text string) (int64, error) {
	s := strings.TrimSpace(text)
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		end = len(s)
	}
	unit, ok := unitSize(strings.ToLower(strings.TrimSpace(s[end:])))
	whole, fraction, hasPoint := strings.Cut(s[:end], ".")
	if !ok || whole == "" || hasPoint && fraction == "" || strings.Contains(fraction, ".") {
		return 0, fmt.Errorf("invalid size %q: want a number with a unit such as 64K, 256MiB or 1.5G", text)
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > math.MaxInt64/unit {
		return 0, fmt.Errorf("size %q is too large", text)
	}
	part := fractionOf(unit, fraction)
	if n*unit > math.MaxInt64-part {
		return 0, fmt.Errorf("size %q is too large", text)
	}
	return n*unit + part, nil
}

// fractionOf returns 0.digits of unit, rounded down, in integers: a size of 1.1T must not depend on how a float
// rounds. Digits after the eighteenth are worth less than a byte of the largest unit.
func fractionOf(unit int64, digits string) int64 {
	var numerator, denominator uint64 = 0, 1
	for _, d := range []byte(digits[:min(len(digits), 18)]) {
		numerator = numerator*10 + uint64(d-'0')
		denominator *= 10
	}
	hi, lo := bits.Mul64(numerator, uint64(unit))
	quotient, _ := bits.Div64(hi, lo, denominator)
	return int64(quotient)
}

func unitSize(name string) (int64, bool) {
	if name == "" || name == "b" {
		return 1, true
	}
	power := strings.IndexByte("kmgtp", name[0]) + 1
	if power == 0 {
		return 0, false
	}
	base := int64(1024)
	switch name[1:] {
	case "", "ib":
	case "b":
		base = 1000
	default:
		return 0, false
	}
	size := int64(1)
	for range power {
		size *= base
	}
	return size, true
}
