package graft

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/contrail"
)

// numberSet is a set of numbers, most of which stand close together.
type numberSet map[uint64]uint64

func (s numberSet) add(n uint64) { s[n/64] |= 1 << (n % 64) }

// take finds the lowest number from first to last that is not in the set, and adds it.
func (s numberSet) take(first, last uint64) (uint64, bool) {
	for n := first; n <= last; n++ {
		if n%64 == 0 && s[n/64] == ^uint64(0) {
			n += 63
			continue
		}
		if s[n/64]&(1<<(n%64)) == 0 {
			s.add(n)
			return n, true
		}
	}
	return 0, false
}

// targets is the name of the numbers of route targets in a directory of ZooKeeper.
func targets(sub string) string { return "route_target " + sub }

// use notes that somebody has a number.
func (s *Survey) use(family string, number uint64) {
	if number == 0 {
		return
	}
	if s.used[family] == nil {
		s.used[family] = numberSet{}
	}
	s.used[family].add(number)
}

// newTarget is the number that a route target gets in place of its own.
type newTarget struct {
	old, new uint64
	sub      string
}

// renumber gives new numbers to objects whose numbers others have.
func (s *Survey) renumber() error {
	for _, o := range s.order {
		if o.written() {
			s.use(o.typ, o.number)
		}
	}
	for _, o := range s.order {
		if !o.written() {
			continue
		}
		if o.typ == "route_target" {
			if err := s.newTargetOf(o); err != nil {
				return err
			}
			continue
		}
		if !slices.ContainsFunc(o.conflicts, func(c *Conflict) bool { return c.Kind == ByNetworkID || c.Kind == BySecurityGroup }) {
			continue
		}
		first, last := uint64(1), uint64(1<<24)
		if o.typ == "security_group" {
			first, last = contrail.FirstSecurityGroupID+1, 1<<32 // the first one is reserved
		}
		s.use(o.typ, o.number)
		number, ok := s.used[o.typ].take(first, last)
		if !ok {
			return fmt.Errorf("%s: there is no number left", o)
		}
		o.renumbered = number
		if o.typ == "security_group" {
			s.newGroups[o.number] = number
		}
		s.Renumbered = append(s.Renumbered, Renumbered{o.typ, o.uuid, o.name, o.number, number})
	}
	return nil
}

// newTargetOf gives a route target a new number if its own was given to somebody else.
func (s *Survey) newTargetOf(o *object) error {
	rt, given := s.givenTarget(o)
	if !given || !o.renames() && !s.taken[rt.Number] {
		return nil
	}
	sub := s.given[rt.Number]
	scheme := contrail.RouteTargetSchemeOf(rt.ASN)
	s.use(targets(sub), rt.Number)
	number, ok := s.used[targets(sub)].take(scheme.First, scheme.Last)
	if !ok {
		return fmt.Errorf("%s: there is no number left", o)
	}
	was := o.name
	rt.Number, o.renumbered = number, number
	s.newTargets[was] = newTarget{old: mustTarget(was).Number, new: number, sub: sub}
	s.Renumbered = append(s.Renumbered, Renumbered{o.typ, o.uuid, was, mustTarget(was).Number, number})
	return nil
}

func mustTarget(name string) contrail.RouteTarget {
	rt, _ := contrail.ParseRouteTarget(name)
	return rt
}

// givenTarget tells if the number of a route target was given out, and is not one that somebody has chosen.
func (s *Survey) givenTarget(o *object) (contrail.RouteTarget, bool) {
	rt, ok := contrail.ParseRouteTarget(o.name)
	if !ok {
		return rt, false
	}
	_, given := s.given[rt.Number]
	return rt, given
}

// renames tells if another object has the name, and the conflict is solved by another number.
func (o *object) renames() bool {
	return slices.ContainsFunc(o.conflicts, func(c *Conflict) bool { return c.Kind == ByName && c.renumbers })
}

// routeTargets finds out which conflicts of route targets other numbers solve: those of numbers that were given out, of
// route targets that are written too.
func (s *Survey) routeTargets() {
	for _, o := range s.order {
		rt, given := s.givenTarget(o)
		if o.typ != "route_target" || !given || !o.wants || o.live {
			continue
		}
		s.renumberable[rt.Number] = true
		for _, c := range o.conflicts {
			if c.Kind == ByName && c.real {
				c.renumbers, c.Choices = true, []Mode{Skip, Replace}
			}
		}
	}
	for _, o := range s.order {
		for _, c := range o.conflicts {
			if c.Kind == ByRouteTarget && s.renumberable[c.number] {
				c.Choices = []Mode{Skip, Replace}
				s.taken[c.number] = true
			}
		}
	}
}

var (
	networkIDMember     = regexp.MustCompile(`("network_id"\s*:\s*"?)(\d+)`)
	securityGroupMember = regexp.MustCompile(`("security_group"\s*:\s*"?)(\d+)`)
)

// rewrite puts new numbers into a property of an object.
func (s *Survey) rewrite(o *object, column, value []byte) []byte {
	switch {
	case o.typ == "access_control_list" && len(s.newGroups) > 0 && string(column) == "prop:access_control_list_entries":
		return securityGroupMember.ReplaceAllFunc(value, func(member []byte) []byte {
			parts := securityGroupMember.FindSubmatch(member)
			old, err := strconv.ParseUint(string(parts[2]), 10, 64)
			if number, ok := s.newGroups[old]; ok && err == nil {
				return append(bytes.Clone(parts[1]), strconv.FormatUint(number, 10)...)
			}
			return member
		})
	case o.renumbered == 0:
		return value
	}
	number := strconv.FormatUint(o.renumbered, 10)
	switch string(column) {
	case "prop:virtual_network_network_id", "prop:security_group_id":
		return []byte(number)
	case "prop:virtual_network_properties":
		return networkIDMember.ReplaceAll(value, []byte("${1}"+number))
	case "fq_name", "prop:display_name":
		if t, ok := s.newTargets[o.name]; ok && o.typ == "route_target" {
			return bytes.ReplaceAll(value, []byte(strconv.Quote(o.name)), []byte(strconv.Quote(t.rename(o.name))))
		}
	}
	return value
}

// rename returns the new name of a route target.
func (t newTarget) rename(name string) string {
	return strings.TrimSuffix(name, strconv.FormatUint(t.old, 10)) + strconv.FormatUint(t.new, 10)
}

// rewriteNameColumn puts a new number into a column of obj_fq_name_table.
func (s *Survey) rewriteNameColumn(o *object, column []byte) []byte {
	if t, ok := s.newTargets[o.name]; ok && o.typ == "route_target" {
		return []byte(t.rename(o.name) + ":" + o.uuid)
	}
	return column
}

// rewriteNumber puts a new number into a cell of the table of route targets.
func (s *Survey) rewriteNumber(column, value []byte) []byte {
	if string(column) != "rtgt_num" || len(s.newTargets) == 0 {
		return value
	}
	old, err := strconv.ParseUint(string(value), 10, 64)
	if t, ok := s.byNumber(old); ok && err == nil {
		return []byte(strconv.FormatUint(t.new, 10))
	}
	return value
}

func (s *Survey) byNumber(old uint64) (newTarget, bool) {
	for _, t := range s.newTargets {
		if t.old == old {
			return t, true
		}
	}
	return newTarget{}, false
}

// rewritePath puts new numbers into the path of a node.
func (s *Survey) rewritePath(n contrail.Node, of *object, path string) string {
	last := func(number uint64) string {
		return fmt.Sprintf("%s/%010d", path[:strings.LastIndexByte(path, '/')], number)
	}
	switch n.Kind {
	case contrail.NodeNetworkID:
		if of != nil && of.renumbered > 0 {
			return last(of.renumbered - 1)
		}
	case contrail.NodeSecurityGroupID:
		if of != nil && of.renumbered > 0 {
			return last(of.renumbered - contrail.FirstSecurityGroupID)
		}
	case contrail.NodeRouteTarget:
		if number, ok := n.ID(); ok && len(s.newTargets) > 0 {
			if t, ok := s.byNumber(number); ok && t.sub == string(n.Sub) {
				return last(t.new)
			}
		}
	case contrail.NodeName:
		if of != nil && of.typ == "route_target" {
			if t, ok := s.newTargets[of.name]; ok {
				return strings.TrimSuffix(path, of.name) + t.rename(of.name)
			}
		}
	}
	return path
}
