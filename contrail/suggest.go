package contrail

import (
	"strings"

	"github.com/dumptool/dumptool/internal/nearest"
)

// SuggestTypes returns the names of at most three object types that a mistyped
// name may have meant, the likeliest first, in the spelling (hyphen or
// underscore) that name has. There may be none.
func SuggestTypes(name string) []string {
	hyphens := strings.Contains(name, "-")
	var candidates []string
	for _, t := range ObjectTypes() {
		if hyphens {
			candidates = append(candidates, t.Hyphen())
		} else {
			candidates = append(candidates, t.Name())
		}
	}
	return nearest.Names(name, candidates)
}
