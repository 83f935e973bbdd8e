package redact_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact"
)

// identifiers are canaries by class, and how many of them there are for what.
func identifier(c contrail.Class, n int) string {
	switch c {
	case contrail.ClassIP, contrail.ClassHostOrIP:
		return fmt.Sprintf("198.51.%d.%d", 100+n/200, 1+n%200)
	case contrail.ClassMAC:
		return fmt.Sprintf("52:54:00:ca:%02x:%02x", n/256, n%256)
	case contrail.ClassESI:
		return fmt.Sprintf("00:52:54:00:ca:fe:01:02:%02x:%02x", n/256, n%256)
	case contrail.ClassRT:
		return fmt.Sprintf("target:%d:100", 30000+n)
	case contrail.ClassCommunity:
		return fmt.Sprintf("%d:100", 30000+n)
	case contrail.ClassASN:
		return fmt.Sprint(30000 + n)
	case contrail.ClassFQName:
		return fmt.Sprintf("default-domain:kanarie%dtenant:kanarie%dname", n, n)
	case contrail.ClassTagName:
		return fmt.Sprintf("tier=kanarie%dtag", n)
	case contrail.ClassURL:
		return fmt.Sprintf("https://kanarie%dhost.example.com:8443/kanarie%dpath", n, n)
	}
	return fmt.Sprintf("kanarie%dname", n)
}

// TestIdentifyingPlaces plants an identifier in each place that the model has
// for one.
func TestIdentifyingPlaces(t *testing.T) {
	key := redact.NewKey()
	n := 0
	for _, typ := range contrail.ObjectTypes() {
		columns := []string{}
		for _, p := range typ.Props() {
			columns = append(columns, p.Kind.String()+":"+p.Name, "propl:"+p.Name+":0", "propm:"+p.Name+":x")
		}
		for _, to := range typ.Refs() {
			columns = append(columns, "ref:"+to+":2b423b0c-0000-4000-8000-000000000001", "backref:"+to+":2b423b0c-0000-4000-8000-000000000001")
		}
		columns = append(columns, "prop:id_perms", "prop:perms2", "prop:display_name")
		objects := rows{}
		planted := map[string]string{}
		for _, column := range columns {
			for p := range contrail.SensitivePlaces(typ.Name(), []byte(column)) {
				switch p.Class {
				case contrail.ClassSecretID, contrail.ClassKey, contrail.ClassVLAN, contrail.ClassUUID, contrail.ClassTime:
					continue // stay
				}
				n++
				id := identifier(p.Class, n)
				planted[id] = column + " " + p.Path
				objects[fmt.Sprintf("2b423b0c-0000-4000-8000-%012d", n)] = map[string]string{
					"type": marshal(typ.Name()), column: marshal(valueAt(p.Path, id)),
				}
			}
		}
		out, _ := apply(t, objects.dump(), redact.Options{Profile: redact.Anonymous, Key: key})
		for id, place := range planted {
			if strings.Contains(out, id) || strings.Contains(out, "kanarie") {
				t.Errorf("%s %s: %s\nstays in %s", typ.Name(), place, id, out)
			}
		}
	}
	if n < 500 {
		t.Errorf("only %d places", n)
	}
}

// TestIdentifyingContainers plants a name, a host, an address and more in free
// text of each sort of container.
func TestIdentifyingContainers(t *testing.T) {
	texts := []string{"kanarievogel", "kanarie-1.kanarie.example.com", "203.0.113.77", "2001:db8:77::1", "52:54:00:ca:fe:01",
		"jane.kanarie@kanarie.example.com", "target:64999:77", "see kanarie or call kanarie-2 about this", "ip-203-0-113-77"}
	gone := regexp.MustCompile(`(?i)kanarie|203.0.113.77|2001:db8:77|00:ca:fe:01|64999`)
	for where, container := range containers {
		for _, text := range texts {
			for name, f := range map[string]func(string) string{"raw": nestings["raw"], "json": nestings["json"], "json text": nestings["json text"]} {
				if strings.Contains(where, "name") && strings.Contains(where, "znode") && name != "raw" {
					continue
				}
				out, _, err := tryApply(container(f(text)), redact.Options{Profile: redact.Anonymous})
				if err != nil {
					t.Fatalf("%s, %s: %v", where, name, err)
				}
				if gone.MatchString(out) {
					t.Errorf("%s, %s: %q\nstays in %s", where, name, text, out)
				}
			}
		}
	}
}
