package redact

import (
	_ "embed"
	"strings"
	"sync"
)

// modelText lists the names of types, properties and members of the model, and
// the values of its enumerations, in small letters, one a line.
//
//go:embed words.txt
var modelText string

// vocabulary holds the words of the model.
var vocabulary = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for word := range strings.FieldsSeq(modelText) {
		known[word] = true
	}
	for word := range strings.FieldsSeq(`attr is_weakref uuid fq_name type parent_type key value id name ovs vrouter normal
		baremetal macvtap virtio-forwarder vif_type vnic_type compute:nova network:router_interface network:dhcp null`) {
		known[word] = true
	}
	return known
})

// isVocabulary tells if a text is a word of the model.
func isVocabulary[T string | []byte](text T) bool {
	return vocabulary()[strings.ToLower(string(text))]
}
