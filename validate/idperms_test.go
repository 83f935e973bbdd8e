package validate

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// escaped returns a text as it stands in a dump.
func escaped(t *testing.T, text string) []byte {
	t.Helper()
	b, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return b[1 : len(b)-1]
}

// TestPermsForm changes single bytes of an id_perms: whatever is called ordinary must be JSON, and nothing that rules have
// anything to say about.
func TestPermsForm(t *testing.T) {
	const key = "00112233-4455-6677-8899-aabbccddeeff"
	k, _ := parseUUID(key)
	const sound = `{"enable": true, "uuid": {"uuid_mslong": 4822678189205111, "uuid_lslong": 9843086184167632639}, ` +
		`"created": "2020-12-03T23:16:06.350914", "description": null, "creator": null, "user_visible": true, ` +
		`"last_modified": "2020-12-31T23:16:06.350914", "permissions": {"owner": "admin", "owner_access": 7, "other_access": 7, ` +
		`"group": "cloud-admin", "group_access": 7}}`
	latest := "2021-01-01T00:00:00"
	latestTime, _ := time.Parse("2006-01-02T15:04:05", latest)
	var f permsForm
	raw := escaped(t, sound)
	f.learn(raw, []byte(sound))
	if known, ordinary := f.look(raw, &k, latest); !known || !ordinary {
		t.Fatal(known, ordinary)
	}
	other := strings.NewReplacer("admin", "4fd17cd1c7ec4d7f90f35a0e7188b4ea", "12-03", "02-28").Replace(sound)
	if known, ordinary := f.look(escaped(t, other), &k, latest); !known || !ordinary {
		t.Error(known, ordinary)
	}
	r := rand.New(rand.NewPCG(1, 2))
	const alphabet = `0123456789abcT:-.",{} \` + "\x01é"
	ordinaries := 0
	for range 200_000 {
		b := bytes.Clone([]byte(sound))
		for range 1 + r.IntN(2) {
			i := r.IntN(len(b))
			switch r.IntN(3) {
			case 0:
				b[i] = alphabet[r.IntN(len(alphabet))]
			case 1:
				b = append(b[:i], b[i+1:]...)
			case 2:
				b = append(b[:i], append([]byte{alphabet[r.IntN(len(alphabet))]}, b[i:]...)...)
			}
		}
		known, ordinary := f.look(escaped(t, string(b)), &k, latest)
		if !known {
			continue
		}
		if !json.Valid(b) {
			t.Fatalf("not JSON: %s", b)
		}
		if !ordinary {
			continue
		}
		ordinaries++
		var v struct {
			UUID struct {
				High uint64 `json:"uuid_mslong"`
				Low  uint64 `json:"uuid_lslong"`
			}
			Created  string
			Modified string `json:"last_modified"`
		}
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		first, errFirst := time.Parse("2006-01-02T15:04:05", v.Created)
		last, errLast := time.Parse("2006-01-02T15:04:05", v.Modified)
		if v.UUID.High != 4822678189205111 || v.UUID.Low != 9843086184167632639 || errFirst != nil || errLast != nil ||
			first.After(last) || last.After(latestTime.Add(time.Second)) {
			t.Fatalf("not ordinary: %s", b)
		}
	}
	if ordinaries == 0 {
		t.Error("none was ordinary")
	}
	for name, text := range map[string]string{
		"a time elsewhere": strings.Replace(sound, `"permissions": {`, `"permissions": {"created": "2020-12-03T23:16:06.350914", `, 1),
		"no uuid":          strings.Replace(sound, `"uuid_lslong": 9843086184167632639`, `"x": 1`, 1),
		"nested":           `{"a": ` + sound + `}`,
	} {
		var f permsForm
		f.learn(escaped(t, text), []byte(text))
		if len(f.forms) > 0 {
			t.Errorf("%s: learnt", name)
		}
	}
}
