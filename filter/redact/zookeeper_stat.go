package redact

import (
	"bytes"
	"strconv"
)

// statLength is where dataLength stands in a stat.
const statLength = 8

// statOfLength returns the stat of a node whose data has become longer or
// shorter. A stat that did not agree with the data before stays, and so does
// one of another form: what was wrong is no business of redaction.
func statOfLength(stat []byte, was, is int) []byte {
	start := 0
	for range statLength {
		i := bytes.IndexByte(stat[start:], ',')
		if i < 0 {
			return stat
		}
		start += i + 1
	}
	end := start + bytes.IndexAny(stat[start:], ",]")
	if end < start || string(bytes.TrimSpace(stat[start:end])) != strconv.Itoa(was) {
		return stat
	}
	start = end - len(bytes.TrimLeft(stat[start:end], " \t\r\n"))
	out := strconv.AppendInt(bytes.Clone(stat[:start]), int64(is), 10)
	return append(out, stat[end:]...)
}
