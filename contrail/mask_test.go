package contrail

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMask(t *testing.T) {
	tests := []struct{ typ, column, value, want string }{
		// The catalogue of what is always secret.
		{"physical_router", "prop:physical_router_user_credentials", `{"username": "root", "password": "x"}`, `{"username": "root", "password": "********"}`},
		{"physical-router", "prop:physical_router_user_credentials", `{"password":"x"}`, `{"password":"********"}`},
		{"physical_router", "prop:physical_router_snmp_credentials", `{"version": 2, "v2_community": "public", "v3_security_name": "n", "v3_authentication_password": "a", "v3_privacy_password": "b"}`,
			`{"version": 2, "v2_community": "********", "v3_security_name": "n", "v3_authentication_password": "********", "v3_privacy_password": "********"}`},
		{"service_appliance", "prop:service_appliance_user_credentials", `{"username": "u", "password": "x"}`, `{"username": "u", "password": "********"}`},
		{"bgp_router", "prop:bgp_router_parameters", `{"port": 179, "auth_data": {"key_type": "md5", "key_items": [{"key_id": 0, "key": "a"}, {"key_id": 1, "key": "b"}]}}`,
			`{"port": 179, "auth_data": {"key_type": "md5", "key_items": [{"key_id": 0, "key": "********"}, {"key_id": 1, "key": "********"}]}}`},
		{"bgp_router", "ref:bgp_router:" + uuidA, `{"attr": {"session": [{"attributes": [{"auth_data": {"key_items": [{"key": "a"}]}}]}]}}`,
			`{"attr": {"session": [{"attributes": [{"auth_data": {"key_items": [{"key": "********"}]}}]}]}}`},
		{"bgp_router", "backref:bgp_router:" + uuidA, `{"attr": {"session": [{"attributes": [{"auth_data": {"key_items": [{"key": "a"}]}}]}]}}`,
			`{"attr": {"session": [{"attributes": [{"auth_data": {"key_items": [{"key": "********"}]}}]}]}}`},
		{"bgp_router", "ref:bgp_router:" + uuidA, `{"session": [{"attributes": [{"auth_data": {"key_items": [{"key": "a"}]}}]}]}`,
			`{"session": [{"attributes": [{"auth_data": {"key_items": [{"key": "********"}]}}]}]}`},
		{"bgp_as_a_service", "prop:bgpaas_session_attributes", `{"auth_data": {"key_items": [{"key": "a"}]}}`, `{"auth_data": {"key_items": [{"key": "********"}]}}`},
		{"virtual_network", "prop:virtual_network_routed_properties", `{"routed_properties": [{"bgp_params": {"auth_data": {"key_items": [{"key": "a"}]}}, "ospf_params": {"auth_data": {"key_items": [{"key": "b"}]}}}]}`,
			`{"routed_properties": [{"bgp_params": {"auth_data": {"key_items": [{"key": "********"}]}}, "ospf_params": {"auth_data": {"key_items": [{"key": "********"}]}}}]}`},
		{"fabric", "propl:fabric_credentials:0", `{"credential": {"username": "u", "password": "x"}}`, `{"credential": {"username": "u", "password": "********"}}`},
		{"node", "prop:bms_info", `{"driver_info": {"ipmi_username": "u", "ipmi_password": "x"}}`, `{"driver_info": {"ipmi_username": "u", "ipmi_password": "********"}}`},
		{"node", "prop:esxi_info", `{"password": "x"}`, `{"password": "********"}`},
		// The whole list in one column, with its wrapper and without.
		{"fabric", "prop:fabric_credentials", `{"device_credential": [{"credential": {"password": "x"}}]}`, `{"device_credential": [{"credential": {"password": "********"}}]}`},
		{"fabric", "prop:fabric_credentials", `[{"credential": {"password": "x"}}]`, `[{"credential": {"password": "********"}}]`},
		// Shapes that the model doesn't have: rather too much.
		{"node", "prop:esxi_info", `{"password": 1234}`, `{"password": 0}`},
		{"node", "prop:esxi_info", `{"password": ["a", {"b": "c", "d": 5, "e": null, "f": true}]}`, `{"password": ["********", {"b": "********", "d": 0, "e": null, "f": true}]}`},
		{"node", "prop:esxi_info", `"{\"password\": \"x\"}"`, `"********"`},
		{"node", "prop:esxi_info", `{"password": "x"`, `"********"`},
		{"node", "prop:esxi_info", `{"password": "", "username": "u"}`, `{"password": "", "username": "u"}`},
		{"node", "prop:esxi_info", `{"password": null}`, `{"password": null}`},
		{"node", "prop:esxi_info", `{"pass\u0077ord": "x"}`, `{"pass\u0077ord": "********"}`},
		{"bgp_router", "prop:bgp_router_parameters", `{"auth_data": "x"}`, `{"auth_data": "********"}`},
		{"bgp_router", "prop:bgp_router_parameters", `{"auth_data": {"key_items": {"key": "x"}}}`, `{"auth_data": {"key_items": {"key": "********"}}}`},
		// A type that is not known could be any; a known one is what it is.
		{"", "prop:esxi_info", `{"password": "x"}`, `{"password": "********"}`},
		{"new_node", "prop:esxi_info", `{"password": "x"}`, `{"password": "********"}`},
		{"domain", "prop:display_name", `"password: x"`, `"password: x"`},
		// Properties that the model doesn't know.
		{"domain", "prop:new_password", `"x"`, `"********"`},
		{"domain", "prop:new", `{"a": [{"api-key": "x", "b": "c"}]}`, `{"a": [{"api-key": "********", "b": "c"}]}`},
		{"domain", "NEW", `{"token": "x"}`, `{"token": "********"}`},
		{"domain", "PASSWORD", `x`, `"********"`},
		// Pairs.
		{"project", "propm:annotations:a", `{"key": "a", "value": "x"}`, `{"key": "a", "value": "x"}`},
		{"project", "propm:annotations:db_password", `{"value": "x", "key": "db_password"}`, `{"value": "********", "key": "db_password"}`},
		{"project", "propm:annotations:db_password", `"x"`, `"********"`},
		{"project", "propm:annotations:user_input", `{"key": "user_input", "value": "{\"device_auth\": {\"root\": \"x\"}, \"n\": 1.0}"}`, `{"key": "user_input", "value": "{\"device_auth\": {\"root\": \"********\"}, \"n\": 1.0}"}`},
		{"project", "prop:annotations", `{"key_value_pair": [{"key": "password", "value": "x"}]}`, `{"key_value_pair": [{"key": "password", "value": "********"}]}`},
		{"service_appliance_set", "prop:service_appliance_set_properties", `{"key_value_pair": [{"key": "max_connections", "value": "10"}, {"key": "password", "value": "x"}]}`,
			`{"key_value_pair": [{"key": "max_connections", "value": "10"}, {"key": "password", "value": "********"}]}`},
		{"global_system_config", "prop:plugin_tuning", `{"plugin_property": [{"property": "secret", "value": "x"}]}`, `{"plugin_property": [{"property": "secret", "value": "********"}]}`},
		{"virtual_machine_interface", "propm:virtual_machine_interface_bindings:profile", `{"key": "profile", "value": "{\"a\": \"{\\\"password\\\": \\\"x\\\"}\"}"}`,
			`{"key": "profile", "value": "{\"a\": \"{\\\"password\\\": \\\"********\\\"}\"}"}`},
		// Documents.
		{"job_template", "prop:job_template_input_schema", `"{\"properties\": {\"password\": {\"type\": \"string\", \"title\": \"Password\", \"default\": \"x\"}}}"`,
			`"{\"properties\": {\"password\": {\"type\": \"string\", \"title\": \"Password\", \"default\": \"********\"}}}"`},
		{"cli_config", "prop:accepted_cli_config", `"set system root-authentication encrypted-password \"$6$abc$defghijk\"\nset snmp community public authorization read-only\n"`,
			`"set system root-authentication encrypted-password \"********\"\nset snmp community ******** authorization read-only\n"`},
		{"cli_config", "propl:commit_diff_list:0", `{"config_changes": "+ secret \"$9$abcd.xyz\"; ## SECRET-DATA", "username": "u"}`, `{"config_changes": "+ secret \"********\"; ## SECRET-DATA", "username": "u"}`},
		{"device_image", "prop:device_image_file_uri", `"https://u:p4ss@h/x?temp_url_sig=abc&y=1"`, `"https://u:********@h/x?temp_url_sig=********&y=1"`},
		{"domain", "prop:id_perms", `{"description": "password: x é", "creator": "password: y"}`, `{"description": "password: ******** é", "creator": "password: y"}`},
		{"domain", "prop:id_perms", `{"description": "\u00e9 token = abc"}`, `{"description": "\u00e9 token = ********"}`},
		{"domain", "prop:id_perms", `{"description": "password: x"`, `{"description": "password: ********"`},
	}
	for _, test := range tests {
		got := string(Mask(test.typ, []byte(test.column), []byte(test.value)))
		if got != test.want {
			t.Errorf("%s %s:\n got %s\nwant %s", test.typ, test.column, got, test.want)
		}
		if again := string(Mask(test.typ, []byte(test.column), []byte(got))); again != got {
			t.Errorf("%s %s masked twice:\n got %s\nthen %s", test.typ, test.column, got, again)
		}
	}
}

// What is masked in the dumps is known, and nothing else is.
func TestMaskOfDumps(t *testing.T) {
	want := []string{
		"bgp_router prop:bgp_router_parameters", "bgp_router ref:bgp_router", "fabric propl:fabric_credentials",
		"physical_router prop:physical_router_user_credentials", "service_appliance_set prop:service_appliance_set_properties",
		"virtual_machine_interface propm:virtual_machine_interface_bindings",
	}
	secrets := []string{"Sw1tch", "Embe1mpls", "pLmK8c3v4w", "bgp-Key", "session-Key", "drv-Pass"}
	masked := map[string]bool{}
	eachDump(t, func(t *testing.T, d *testDump) {
		for uuid, columns := range d.rows() {
			typ := d.object(uuid).Type
			for name, value := range columns {
				got := Mask(typ, []byte(name), []byte(value))
				for _, s := range secrets {
					if bytes.Contains(got, []byte(s)) {
						t.Errorf("%s of %s shows %s", name, uuid, s)
					}
				}
				if string(got) == value {
					continue
				}
				if d.name != "small.json" {
					t.Errorf("%s of %s %s is masked: %s", name, typ, uuid, got)
				}
				masked[typ+" "+string(ParseColumn([]byte(name)).key([]byte(name)))] = true
				if !validJSON(got) || shape(t, got) != shape(t, []byte(value)) {
					t.Errorf("%s of %s has another shape: %s", name, uuid, got)
				}
			}
		}
	})
	if diff := cmp.Diff(want, sortedKeys(masked)); diff != "" {
		t.Errorf("masked columns (-want +got):\n%s", diff)
	}
}

// An object is masked as its row is.
func TestMaskOfObjects(t *testing.T) {
	eachDump(t, func(t *testing.T, d *testDump) {
		for uuid, columns := range d.rows() {
			o := d.object(uuid)
			b := NewObjectBuilder(uuid)
			for name, value := range columns {
				b.Add([]byte(name), Mask(o.Type, []byte(name), []byte(value)))
			}
			want := b.Object().AppendJSON(nil)
			o.Mask()
			if got := o.AppendJSON(nil); !bytes.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	})
}

// shape writes a value with all texts and numbers alike.
func shape(t *testing.T, value []byte) string {
	var b strings.Builder
	d := json.NewDecoder(bytes.NewReader(value))
	for {
		tok, err := d.Token()
		if err != nil {
			return b.String()
		}
		switch tok := tok.(type) {
		case json.Delim:
			b.WriteString(tok.String())
		case string:
			b.WriteByte('s')
		case float64:
			b.WriteByte('n')
		default:
			b.WriteByte('l')
		}
	}
}

func TestMaskLeavesAlone(t *testing.T) {
	for _, value := range []string{
		`{"token_ttl": 3600, "key_id": "7", "key_type": "md5", "public_key": "ssh-rsa AAAA", "uve_key": "x"}`,
		`{"refresh_token": true, "max_tokens": 5, "secret_name": "s", "password_policy": "strong"}`,
		`{"key": "name", "value": "x"}`,
		`{"communities": "x", "keys": ["a"], "monkey": "x", "author": "y"}`,
		`"the token of the day"`,
		`"policy-options community c members 64512:1"`,
		`"{{ password }} <password>"`,
		`[1, 2, 3]`, `null`, `true`, `""`, `"key"`, ``, `   `, `{`,
	} {
		in := []byte(value)
		got := MaskBlob(in)
		if len(in) > 0 && &got[0] != &in[0] {
			t.Errorf("%s was copied", value)
		}
		if string(got) != value {
			t.Errorf("%s is masked as %s", value, got)
		}
	}
}

func TestMaskBlob(t *testing.T) {
	for value, want := range map[string]string{
		`{"driver_info": {"password": 123, "pin": 4}}`:                              `{"driver_info": {"password": 0, "pin": 4}}`,
		`{"credentials": {"username": "u", "x": {"y": "z"}}}`:                       `{"credentials": {"username": "********", "x": {"y": "********"}}}`,
		`password=hunter2 user=bob`:                                                 `password=******** user=bob`,
		`Authorization: Basic dXNlcjpwYXNz`:                                         `Authorization: Basic ********`,
		`{"h": "authorization: bearer abc.def"}`:                                    `{"h": "authorization: bearer ********"}`,
		"a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb": "a\n********\nb",
		`{"a": "-----BEGIN PRIVATE KEY-----\nMII"}`:                                 `{"a": "********"}`,
		`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlLi4u`:                     `********`,
		`{"key": "password", "val": ["a"]}`:                                         `{"key": "password", "val": ["********"]}`,
		`{"x": "\"{\\\"pwd\\\": \\\"x\\\"}\""}`:                                     `{"x": "\"{\\\"pwd\\\": \\\"********\\\"}\""}`,
		`{"userPwd": "x", "API Key": "y", "X-Auth-Token": "z", "user.data": "w"}`:   `{"userPwd": "********", "API Key": "********", "X-Auth-Token": "********", "user.data": "********"}`,
	} {
		if got := string(MaskBlob([]byte(value))); got != want {
			t.Errorf("%s:\n got %s\nwant %s", value, got, want)
		}
	}
}

// Any value keeps its shape, any secret goes, and a second time changes
// nothing.
func TestMaskKeepsShape(t *testing.T) {
	const secret = "hUnter2"
	leaf := rapid.SampledFrom([]string{`"a b"`, `""`, `12.50`, `true`, `null`, `"{\"password\": \"` + secret + `\"}"`, `"password: ` + secret + `"`})
	name := rapid.SampledFrom([]string{"a", "key", "value", "b.c", "[]", "é", `q\"`})
	var value func(t *rapid.T, depth int) string
	value = func(t *rapid.T, depth int) string {
		space := rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(t, "space")
		kind := rapid.IntRange(0, 3).Draw(t, "kind")
		switch {
		case depth == 0 || kind == 0:
			return space + leaf.Draw(t, "leaf") + space
		case kind == 1:
			list := make([]string, rapid.IntRange(0, 3).Draw(t, "n"))
			for i := range list {
				list[i] = value(t, depth-1)
			}
			return space + "[" + space + strings.Join(list, ",") + "]" + space
		}
		list := make([]string, rapid.IntRange(0, 3).Draw(t, "n"))
		for i := range list {
			list[i] = space + `"` + name.Draw(t, "name") + `"` + space + `:` + value(t, depth-1)
		}
		if kind == 3 {
			list = append(list, `"db_password": "`+secret+`"`)
		}
		return space + "{" + strings.Join(list, ",") + space + "}" + space
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := []byte(value(rt, 4))
		got := MaskBlob(text)
		if bytes.Contains(got, []byte(secret)) {
			rt.Fatalf("%s\nis masked as %s", text, got)
		}
		if shape(t, got) != shape(t, text) {
			rt.Fatalf("%s\nis masked as %s", text, got)
		}
		if again := MaskBlob(got); !bytes.Equal(again, got) {
			rt.Fatalf("%s\nis masked as %s\nthen as %s", text, got, again)
		}
	})
}

func FuzzMask(f *testing.F) {
	for _, c := range []string{"prop:id_perms", "prop:bgp_router_parameters", "propm:annotations:password", "ref:bgp_router:x", "x"} {
		f.Add("bgp_router", []byte(c), []byte(`{"auth_data": {"key_items": [{"key": "x"}]}, "description": "password: x", "key": "a", "value": "[1]"}`))
	}
	f.Fuzz(func(t *testing.T, typ string, column, value []byte) {
		got := Mask(typ, column, value)
		if validJSON(value) && !validJSON(got) {
			t.Fatalf("%s is masked as %s", value, got)
		}
		MaskBlob(value)
	})
}

// Most columns need no look at their value at all.
func TestMaskOfOrdinaryColumnsIsCheap(t *testing.T) {
	value := []byte(`{"enable": true, "description": null, "permissions": {"owner": "cloud-admin", "owner_access": 7}}`)
	for _, column := range []string{"prop:id_perms", "prop:display_name", "children:virtual_network:" + uuidA, "fq_name", "ref:virtual_network:" + uuidA} {
		name := []byte(column)
		if allocs := testing.AllocsPerRun(100, func() { Mask("project", name, value) }); allocs > 1 {
			t.Errorf("%s: %v allocations", column, allocs)
		}
	}
}

func BenchmarkMask(b *testing.B) {
	perms := []byte(`{"enable": true, "uuid": {"uuid_mslong": 862348967985434272, "uuid_lslong": 9663793821948878134}, "created": "2020-09-13T12:26:40.000000", "description": null, "creator": null, "user_visible": true, "last_modified": "2020-09-13T12:26:40.000000", "permissions": {"owner": "cloud-admin", "owner_access": 7}}`)
	for _, column := range []string{"prop:id_perms", "prop:display_name", "backref:virtual_machine_interface:" + uuidA, "prop:new"} {
		b.Run(column, func(b *testing.B) {
			b.ReportAllocs()
			name := []byte(column)
			for b.Loop() {
				Mask("project", name, perms)
			}
		})
	}
}
