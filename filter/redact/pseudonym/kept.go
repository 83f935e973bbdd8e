package pseudonym

import (
	"bytes"
	"strings"
	"sync"

	"github.com/dumptool/dumptool/contrail"
)

// keptWords are names with a meaning: services look them up, and they tell
// nothing.
var keptWords = sync.OnceValue(func() map[string]bool {
	kept := map[string]bool{}
	for word := range strings.FieldsSeq(`
		any local default ip-fabric admin cloud-admin cloud-admin-read-only service services member reader
		application deployment tier site label neutron_port neutron_network
		ingress-access-control-list egress-access-control-list internal-service tls-v1
		virtual-network virtual-machine-interface service-instance network-policy security-group floating-ip-pool
		tenant domain global dci-network snat-si-left snat-si-right target router lock true false null none service_instance py object id tuple UD vpg fabric
		http https ftp tcp udp icmp ssh file glance swift tftp sftp amqp tcp6 udp6 icmp6
		UUID arpa in-addr ip6 io kubernetes openstack contrail`) {
		kept[word] = true
	}
	for _, t := range contrail.ObjectTypes() {
		kept["default-"+t.Hyphen()] = true
	}
	return kept
})

// defaultWords are those of names that begin with default-.
var defaultWords = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, t := range contrail.ObjectTypes() {
		for part := range strings.SplitSeq(t.Hyphen(), "-") {
			known[part] = true
		}
	}
	for word := range strings.FieldsSeq("global system config control node host set application draft vrouter bgp qos fc snat lb shared draft template") {
		known[word] = true
	}
	return known
})

// IsKept tells if a word stays as it is.
func IsKept(w []byte) bool {
	if len(w) <= 5 && digits(w) == len(w) {
		return true
	}
	if keptWords()[string(w)] || isDate(w) {
		return true
	}
	rest, found := bytes.CutPrefix(w, []byte("default-"))
	if !found {
		return false
	}
	for part := range bytes.SplitSeq(rest, []byte{'-'}) {
		if !defaultWords()[string(part)] {
			return false
		}
	}
	return true
}

// isDate tells if a word is a date, with an hour or without: 2020-06-14T04.
func isDate(w []byte) bool {
	if len(w) != 10 && len(w) != 13 {
		return false
	}
	for i, c := range w {
		switch i {
		case 4, 7:
			if c != '-' {
				return false
			}
		case 10:
			if c != 'T' {
				return false
			}
		default:
			if c-'0' > 9 {
				return false
			}
		}
	}
	return true
}

// Member replaces the name of a member, or the key of an annotation. A plain
// word in small letters says what something is, not whose, and stays.
func (m *Mapper) Member(name []byte) ([]byte, bool) {
	plain := true
	for i, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			plain = false
			break
		}
	}
	if plain && len(name) < 32 {
		return name, false
	}
	p := m.Text(name)
	return p, !bytes.Equal(p, name)
}
