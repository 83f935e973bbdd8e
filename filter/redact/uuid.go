package redact

import "fmt"

// uuidOf writes the uuid of two halves.
func uuidOf(ms, ls uint64) string {
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", ms>>32, ms>>16&0xffff, ms&0xffff, ls>>48, ls&(1<<48-1))
}
