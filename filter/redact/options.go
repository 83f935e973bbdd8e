package redact

import (
	"github.com/dumptool/dumptool/filter/redact/rules"
)

// Profile says how much is replaced.
type Profile string

// The profiles.
const (
	Share     Profile = "share"     // secrets
	Anonymous Profile = "anonymous" // names, addresses, hosts, people and descriptions too
)

// Options are the ways of redacting.
type Options struct {
	Profile Profile
	// Key is what the replacements depend on.
	Key Key
	// UUIDs makes uuids be replaced too.
	UUIDs bool
	// Rules go before what is known of a place.
	Rules []rules.Rule
	// Map is called at the end with each original and what stands for it, once
	// each; nil if nobody wants to know.
	Map func(Pair) error
}

// Pair is an original and what stands for it.
type Pair struct {
	Original    string `json:"original"`
	Replacement string `json:"replacement"`
	Secret      bool   `json:"secret"` // otherwise it names something
}
