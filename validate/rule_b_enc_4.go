package validate

import (
	"bytes"
	"unicode/utf8"
)

var _ = add(Rule{
	ID: "B-ENC-4", Severity: Error, Check: "encoding",
	Title: "ZooKeeper refuses a path",
	Doc:   "Because of a character (control characters, U+D800 to U+F8FF, U+FFF0 to U+FFFF), an empty component, \".\" or \"..\", or as it lies below /zookeeper.",
	Fix:   "leave out what lies below /zookeeper",
	Node: func(r *Report, n *Node) {
		if isUsualPath(n.Raw) {
			return
		}
		if why := refusedPath(n.Raw); why != "" {
			r.fixedIf(ownNode(n.Normal), dropNode(string(n.Normal))).node(n, "the path %s %s", quoted(string(n.Raw)), why)
		}
	},
})

// isUsualPath tells quickly of most paths that there is nothing wrong with them.
func isUsualPath(path []byte) bool {
	last := byte('/')
	for i, c := range path {
		if c < ' ' || c >= 0x7f || last == '/' && (c == '.' || c == '/' && i > 0) {
			return false
		}
		last = c
	}
	return len(path) > 10 && string(path[:10]) != "/zookeeper" && path[0] != 'z'
}

// refusedPath says why ZooKeeper refuses a path; empty if it doesn't.
func refusedPath(path []byte) string {
	for i := 0; i < len(path); {
		c, size := utf8.DecodeRune(path[i:])
		i += size
		switch {
		case c == utf8.RuneError && size == 1:
			return "has half of a surrogate pair or bytes that are no text"
		case c < ' ' || c >= 0x7f && c <= 0x9f || c >= 0xd800 && c <= 0xf8ff || c >= 0xfff0 && c <= 0xffff:
			return "has the character " + quoted(string(c))
		}
	}
	inner := bytes.TrimSuffix(bytes.TrimPrefix(path, []byte("/")), []byte("/"))
	if len(inner) == 0 {
		return ""
	}
	for i, part := range bytes.Split(inner, []byte("/")) {
		switch string(part) {
		case "":
			return "has an empty component"
		case ".", "..":
			return "has the component " + quoted(string(part))
		case "zookeeper":
			if i == 0 {
				return "belongs to ZooKeeper itself"
			}
		}
	}
	return ""
}

// ownNode tells of the nodes of ZooKeeper itself.
func ownNode(normal []byte) bool {
	rest, ok := bytes.CutPrefix(normal, []byte("/zookeeper"))
	return ok && (len(rest) == 0 || rest[0] == '/')
}
