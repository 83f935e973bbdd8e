package repair

import (
	"bytes"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
)

// quote writes text as a JSON string, as Python's json does.
func quote(text string) string { return string(contrail.AppendJSONString(nil, text, true)) }

// newStat is the stat of a node that is made: zxids are 0, since no server has given any.
func newStat(micro int64, length int) []byte {
	milli := strconv.FormatInt(micro/1000, 10)
	return []byte("[0, 0, " + milli + ", " + milli + ", 0, 0, 0, 0, " + strconv.Itoa(length) + ", 0, 0]")
}

// withLength is a stat with another dataLength, its ninth number. A stat of another form stays.
func withLength(stat []byte, length int) []byte {
	start := 0
	for range 8 {
		i := bytes.IndexByte(stat[start:], ',')
		if i < 0 {
			return stat
		}
		start += i + 1
	}
	for start < len(stat) && (stat[start] == ' ' || stat[start] == '\n' || stat[start] == '\t' || stat[start] == '\r') {
		start++
	}
	end := start
	for end < len(stat) && (stat[end]-'0' <= 9 || stat[end] == '-') {
		end++
	}
	out := append([]byte(nil), stat[:start]...)
	out = strconv.AppendInt(out, int64(length), 10)
	return append(out, stat[end:]...)
}
