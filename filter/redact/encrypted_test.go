package redact_test

import (
	"crypto/aes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/filter/redact"
)

// decrypt is what the API server does to read a password.
func decrypt(t *testing.T, uuid, text string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b)%aes.BlockSize != 0 {
		t.Fatalf("%q is not encrypted", text)
	}
	block, err := aes.NewCipher([]byte(uuid[4:]))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(b); i += aes.BlockSize {
		block.Decrypt(b[i:], b[i:])
	}
	return strings.TrimLeft(string(b), " ")
}

// TestEncrypted redacts passwords that openssl has encrypted: aes-256-ecb, with
// the end of the uuid as the key.
func TestEncrypted(t *testing.T) {
	const one, two, three = "2b423b0c-5f11-4c0e-9b52-8f7a3a1d9c01", "00aa11bb-22cc-4d33-8e44-55ff66007788", "00aa11bb-22cc-4d33-8e44-55ff66007789"
	ciphertexts := map[string]string{
		one:   "q4UzxCfBxFZDPkI2fSGA2w==",
		two:   "N8968tVbSD6fpvgeRQ07kvAVINFji+7GOVnybG2X/BLWGiBF6JFWEv3S4RT3OLLs",
		three: "S3cr3tPass", // not encrypted yet
	}
	plain := map[string]string{one: "S3cr3tPass", two: "a much longer pass phrase, 37 letters", three: "S3cr3tPass"}
	objects := rows{}
	for uuid, text := range ciphertexts {
		objects[uuid] = map[string]string{
			"prop:physical_router_encryption_type":  `"local"`,
			"prop:physical_router_user_credentials": marshal(map[string]string{"username": "root", "password": text}),
			"type":                                  `"physical_router"`,
			"prop:id_perms":                         marshal(map[string]string{"description": "it was S3cr3tPass"}),
		}
	}
	for _, o := range []redact.Options{
		{Profile: redact.Share}, {Profile: redact.Anonymous}, {Profile: redact.Anonymous, UUIDs: true},
	} {
		out, _ := apply(t, objects.dump(), o)
		again, report := apply(t, out, redact.Options{Profile: redact.Share})
		if again != out || report.Total > 0 {
			t.Errorf("%v: once more: %+v", o, report.Replaced)
		}
		for uuid, text := range plain {
			if strings.Contains(out, text) || strings.Contains(out, ciphertexts[uuid]) {
				t.Errorf("%v: %q stays in %s", o, text, out)
			}
		}
		var d struct {
			Cassandra map[string]map[string]map[string]map[string][]any
		}
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for uuid, row := range d.Cassandra["config_db_uuid"]["obj_uuid_table"] {
			var c struct{ Password string }
			if err := json.Unmarshal([]byte(row["prop:physical_router_user_credentials"][0].(string)), &c); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(c.Password, "redacted-") {
				c.Password = decrypt(t, uuid, c.Password)
			}
			seen[c.Password]++
		}
		if len(seen) != 2 {
			t.Errorf("%v: two passwords become %v", o, seen)
		}
	}
}
