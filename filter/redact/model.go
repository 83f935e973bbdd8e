package redact

import (
	"bytes"
	"strings"
	"sync"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/leak"
	"github.com/dumptool/dumptool/filter/redact/pseudonym"
)

// modelWords holds the words of the model itself: types, properties, members,
// tables. They stand all over a dump, so nothing is proved by one of them.
var modelWords = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	add := func(name string) {
		known[name] = true
		for part := range strings.FieldsFuncSeq(name, func(c rune) bool { return c == '_' || c == '.' || c == '-' || c == ' ' }) {
			known[strings.ReplaceAll(part, "[]", "")] = true
			known[part] = true
		}
	}
	for _, t := range contrail.ObjectTypes() {
		add(strings.ToLower(t.Name()))
		add(strings.ToLower(t.Hyphen()))
		for _, p := range t.Props() {
			add(p.Name)
			for place := range contrail.SensitivePlaces("", []byte(p.Kind.String()+":"+p.Name+":0")) {
				for name := range members(place.Path) {
					add(name)
				}
			}
			for place := range contrail.SensitivePlaces("", []byte(p.Kind.String()+":"+p.Name)) {
				for name := range members(place.Path) {
					add(name)
				}
			}
		}
	}
	for _, text := range []string{
		"cassandra zookeeper config_db_uuid useragent to_bgp_keyspace svc_monitor_keyspace dm_keyspace obj_uuid_table",
		"obj_fq_name_table obj_shared_table backref children parent parent_type fq_name latest_col_ts direction protocol",
		"ethertype sequence password username config_info driver_info fq-name-to-uuid api-server virtual-networks enable",
		"disable enabled created last_modified is_weakref attr route-targets security-groups active-active ingress egress",
		"public private internal external management default untagged tagged forwarding compute",
	} {
		for word := range strings.FieldsSeq(text) {
			add(word)
		}
	}
	return known
})

func isModelWord(text []byte) bool { return modelWords()[strings.ToLower(string(text))] }

// notProvable tells of which originals nothing is proved.
func (r *redactor) notProvable(o leak.Original) bool {
	if isModelWord(o.Text) {
		return true
	}
	return o.Kind != leak.Secret && (isVocabulary(o.Text) || pseudonym.IsKept(bytes.ToLower(o.Text)))
}
