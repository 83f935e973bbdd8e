package humanize

import (
	"strconv"
	"strings"
	"time"
)

// Count writes an integer with a comma between thousands: "1,234,567".
func Count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// Plural writes a count and its noun: "1 object", "2,000 objects". The plural is the noun with an s.
func Plural(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Count(n) + " " + noun
}

// Duration writes a span of time to the precision people care about: "0.8s", "42s", "3m05s", "2h04m", "3d02h".
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(-d)
	}
	if d < 9950*time.Millisecond {
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	seconds := int64(d.Round(time.Second) / time.Second)
	switch {
	case seconds < 60:
		return strconv.FormatInt(seconds, 10) + "s"
	case seconds < 3600:
		return pair(seconds/60, "m", seconds%60, "s")
	case seconds < 86400:
		return pair(seconds/3600, "h", seconds%3600/60, "m")
	default:
		return pair(seconds/86400, "d", seconds%86400/3600, "h")
	}
}

func pair(large int64, largeUnit string, small int64, smallUnit string) string {
	pad := ""
	if small < 10 {
		pad = "0"
	}
	return strconv.FormatInt(large, 10) + largeUnit + pad + strconv.FormatInt(small, 10) + smallUnit
}
