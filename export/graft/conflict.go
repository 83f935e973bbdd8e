package graft

import (
	"fmt"
	"strings"
)

// Mode says how conflicts are dealt with.
type Mode string

// The ways to deal with conflicts.
const (
	Fail    Mode = "fail"    // nothing is written if there is any
	Skip    Mode = "skip"    // objects that have one are left out
	Replace Mode = "replace" // what is in the way gives way, where that is possible
)

// Kind says what is in the way of an object.
type Kind string

// The kinds of conflicts.
const (
	ByUUID          Kind = "uuid"              // an object of this uuid is there, and differs
	ByName          Kind = "name"              // another object has the name
	ByNetworkID     Kind = "network-id"        // another network has the number
	BySecurityGroup Kind = "security-group-id" // another security group has the number
	ByRouteTarget   Kind = "route-target"      // the number was given to somebody else
	ByAddress       Kind = "address"           // it was given to somebody else
	ByLock          Kind = "lock"              // ZooKeeper has the name for an object that is not there
	ByIndex         Kind = "index"             // so has obj_fq_name_table
	ByNode          Kind = "node"              // another ZooKeeper node has other data
	ByRow           Kind = "row"               // a row of another keyspace has another value
	ByNeed          Kind = "missing"           // what the object needs is not there
	ByHolder        Kind = "holder"            // what would give way is needed by others
)

// Conflict is something that is in the way of a wanted object.
type Conflict struct {
	Kind   Kind   `json:"kind"`
	Type   string `json:"type"`    // of the object; empty where something belongs to none
	UUID   string `json:"uuid"`    // likewise
	FQName string `json:"fq_name"` // joined by colons
	Holder string `json:"holder"`  // who has it: a uuid, or what stands in the node
	// Message says what is in the way, for people.
	Message string `json:"message"`
	// Choices are the modes other than fail that deal with it.
	Choices []Mode `json:"choices"`

	node   string // the path of the node
	column string // of obj_fq_name_table
	real   bool   // the holder is an object
	number uint64 // of a route target
	// renumbers tells that another number solves it.
	renumbers bool
}

func (c *Conflict) String() string {
	text := c.Message
	if c.Type != "" {
		text = describe(c.Type, c.FQName, c.UUID) + ": " + text
	}
	if len(c.Choices) == 0 {
		return text
	}
	words := make([]string, len(c.Choices))
	for i, m := range c.Choices {
		words[i] = string(m)
	}
	return text + " [" + strings.Join(words, ", ") + "]"
}

func (c *Conflict) solvedBy(m Mode) bool {
	for _, choice := range c.Choices {
		if choice == m {
			return true
		}
	}
	return false
}

// ConflictError says what is in the way. Nothing was written.
type ConflictError struct {
	Mode      Mode
	Conflicts []*Conflict
}

// mostNamed is how many conflicts are named in a message.
const mostNamed = 100

func (e *ConflictError) Error() string {
	var b strings.Builder
	b.WriteString("something is in the way, nothing was written:")
	for i, c := range e.Conflicts {
		if i == mostNamed {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Conflicts)-i)
			break
		}
		b.WriteString("\n  " + c.String())
	}
	return b.String()
}

// Hint says what the words behind a conflict mean.
func (e *ConflictError) Hint() string {
	skip, replace := false, false
	for _, c := range e.Conflicts {
		skip = skip || c.solvedBy(Skip)
		replace = replace || c.solvedBy(Replace)
	}
	var ways []string
	if skip {
		ways = append(ways, "--on-conflict skip leaves objects with [skip] out, and what needs them")
	}
	if replace {
		ways = append(ways, "--on-conflict replace lets the dump win where it says [replace]")
	}
	return strings.Join(ways, "; ")
}
