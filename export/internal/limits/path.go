package limits

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// BadPath returns why ZooKeeper would refuse the path of a node; "" if it would not.
func BadPath(path string) string {
	if len(path) < 2 || path[0] != '/' {
		return "it is not below the root"
	}
	for part := range strings.SplitSeq(path[1:], "/") {
		switch part {
		case ".", "..":
			return "a component is " + part
		case "":
			return "a component is empty"
		}
	}
	if !utf8.ValidString(path) {
		return "it is not UTF-8"
	}
	for _, c := range path {
		if c <= 0x1f || c >= 0x7f && c <= 0x9f || c >= 0xe000 && c <= 0xf8ff || c >= 0xfff0 && c <= 0xffff {
			return fmt.Sprintf("it has the character U+%04X", c)
		}
	}
	return ""
}
