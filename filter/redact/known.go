package redact

import (
	"sync"

	"github.com/dumptool/dumptool/contrail"
)

// knownProps holds the names of the properties of all types.
var knownProps = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, t := range contrail.ObjectTypes() {
		for _, p := range t.Props() {
			known[p.Name] = true
		}
	}
	return known
})
