// Package pseudonym makes names and addresses of other ones with a key.
package pseudonym

import "net/netip"

// Mapper maps.
type Mapper struct{}

// New returns a mapper.
func New(_ [32]byte) *Mapper { return &Mapper{} }

// SetSubnets sets subnets.
func (m *Mapper) SetSubnets(_ []netip.Prefix) {}

// Member maps the name of a member.
func (m *Mapper) Member(name []byte) ([]byte, bool) { return name, false }
