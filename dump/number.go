package dump

import (
	"bytes"
	"cmp"
	"math"
	"strconv"
)

// CompareNumbers compares two JSON numbers, given as text, by their exact
// values: no float stands between.
func CompareNumbers(a, b []byte) int {
	x, y := parseDecimal(a), parseDecimal(b)
	if x.sign != y.sign || x.sign == 0 {
		return cmp.Compare(x.sign, y.sign)
	}
	return x.sign * x.compareSize(y)
}

// decimal is sign * 0.digits * 10^exponent.
type decimal struct {
	sign     int    // -1, 0, 1
	digits   []byte // neither begins nor ends with 0
	exponent int64
}

func parseDecimal(text []byte) decimal {
	d := decimal{sign: 1}
	if text[0] == '-' {
		d.sign, text = -1, text[1:]
	}
	if i := bytes.IndexAny(text, "eE"); i >= 0 {
		exp, err := strconv.ParseInt(string(bytes.TrimPrefix(text[i+1:], []byte{'+'})), 10, 64)
		if err != nil || exp > math.MaxInt64/4 || exp < math.MinInt64/4 {
			exp = math.MaxInt64 / 4 // so many zeros are one like the other
			if text[i+1] == '-' {
				exp = -exp
			}
		}
		d.exponent, text = exp, text[:i]
	}
	whole, fraction, _ := bytes.Cut(text, []byte{'.'})
	d.digits = append(append(d.digits, whole...), fraction...)
	d.exponent += int64(len(whole))
	trimmed := bytes.TrimLeft(d.digits, "0")
	d.exponent -= int64(len(d.digits) - len(trimmed))
	d.digits = bytes.TrimRight(trimmed, "0")
	if len(d.digits) == 0 {
		return decimal{}
	}
	return d
}

// compareSize compares without the signs.
func (d decimal) compareSize(e decimal) int {
	switch {
	case d.exponent < e.exponent:
		return -1
	case d.exponent > e.exponent:
		return 1
	}
	return bytes.Compare(d.digits, e.digits)
}
