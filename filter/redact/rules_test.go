package redact_test

import (
	"strings"
	"testing"

	"github.com/dumptool/dumptool/filter/redact"
	"github.com/dumptool/dumptool/filter/redact/rules"
)

// TestTypedRules applies rules to objects of a type alone, wherever the type
// stands in the row.
func TestTypedRules(t *testing.T) {
	const in = `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {
  "u1": {"prop:display_name": ["\"leaf one\"", 1], "prop:annotations": ["{\"key_value_pair\": [{\"key\": \"a\", \"value\": \"b c\"}]}", 1], "type": ["\"physical_router\"", 1]},
  "u2": {"type": ["\"virtual_network\"", 1], "prop:display_name": ["\"leaf two\"", 1]},
  "u3": {"prop:display_name": ["\"leaf three\"", 1]},
  "u4": {"prop:display_name": ["\"leaf four\"", 1], "type": ["\"physical-router\"", 1]}}}}, "zookeeper": "[]"}`
	list, err := rules.Read(strings.NewReader(`rules:
  - {type: physical-router, column: 'prop:display_name', action: mask}
  - {type: physical_router, column: 'prop:annotations', path: 'key_value_pair[].value', action: drop}
  - {type: service_appliance, column: 'prop:display_name', action: drop}
`))
	if err != nil {
		t.Fatal(err)
	}
	out, _ := apply(t, in, redact.Options{Profile: redact.Share, Rules: list})
	want := strings.NewReplacer("leaf one", "********", "leaf four", "********", "b c", "").Replace(in)
	if out != want {
		t.Errorf("rules make\n%s, want\n%s", out, want)
	}
}
