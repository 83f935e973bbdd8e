package main

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// showTime writes a timestamp of a cell as UTC, to the second. Integers are microseconds; numbers with a fraction are
// seconds, as mocked databases have them. What is no time at all is shown as it stands.
func showTime(number string) string {
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return showUTC(time.UnixMicro(n), number)
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || math.Abs(f) > 1e11 {
		return number
	}
	return showUTC(time.UnixMilli(int64(f*1000)), number)
}

// showUTC writes a time that a dump can have.
func showUTC(t time.Time, number string) string {
	if year := t.UTC().Year(); year < 1 || year > 9999 {
		return number
	}
	return strings.TrimSuffix(t.UTC().Format("2006-01-02 15:04:05Z"), "Z")
}

// showMillis is showTime for the milliseconds of ZooKeeper, with a fraction or without.
func showMillis(number string) string {
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || math.Abs(f) > 1e15 {
		return number
	}
	return showUTC(time.UnixMilli(int64(f)), number)
}
