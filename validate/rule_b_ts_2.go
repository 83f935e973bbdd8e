package validate

import (
	"math/big"

	"github.com/dumptool/dumptool/dump"
)

var _ = add(Rule{
	ID: "B-TS-2", Severity: Warning, Check: "timestamps",
	Title: "a timestamp is not in microseconds",
	Doc:   "Seconds or milliseconds, or a fraction, as simulators of the database write them. Later writes win against it in any case.",
	Fix:   "scale it",
	Cell: func(r *Report, c *Cell) {
		if c.Shape&dump.FloatTime != 0 || c.HasMicro && c.Micro > 0 && c.Micro < 1e14 {
			scaled := scaledTime(string(c.Time))
			r.fixedIf(scaled != "", Edit{Op: SetTime, Path: c.path(), Value: scaled}).cell(c, "the timestamp is %s", c.Time)
		}
	},
})

// scaledTime is a time in seconds or milliseconds as microseconds; empty if it isn't one of the years 1973 to 2286.
func scaledTime(text string) string {
	t, ok := new(big.Rat).SetString(text)
	if !ok || len(text) > 40 {
		return ""
	}
	least, most := big.NewRat(1e14, 1), big.NewRat(1e16, 1)
	for _, scale := range []int64{1, 1e3, 1e6} {
		x := new(big.Rat).Mul(t, big.NewRat(scale, 1))
		if x.Cmp(least) >= 0 && x.Cmp(most) < 0 {
			return new(big.Int).Quo(x.Num(), x.Denom()).String()
		}
	}
	return ""
}
