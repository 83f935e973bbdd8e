package detect_test

import (
	"strings"
	"testing"

	"github.com/dumptool/dumptool/filter/redact/detect"
)

// examples are texts that a detector finds something in, and such that it must
// not.
var examples = []struct {
	id             string
	match, noMatch []string
}{
	{"pem-private-key", []string{"-----BEGIN RSA PRIVATE KEY-----\nabcd\n-----END RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nMII", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----"}, []string{"-----BEGIN PUBLIC KEY-----\nabc"}},
	{"pem-other", []string{"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"}, []string{"-----BEGIN RSA PRIVATE KEY-----\nx"}},
	{"ssh-public-key", []string{"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 ops@jump1"}, []string{"ssh-rsa is old"}},
	{"jwt", []string{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlLi4u"}, []string{"eyJhbGciOiJIUzI1NiJ9", "key.value.other"}},
	{"aws-access-key", []string{"AKIAQYLPMN5HHHFPZAM2"}, []string{"akiaqylpmn5hhhfpzam2", "AKIA123"}},
	{"junos-9", []string{"$9$LbHX-wg4Z", "\"$9$abcdEFGH./-x\""}, []string{"$99", "$9 $"}},
	{"junos-8", []string{"$8$aes256-gcm$hmac-sha2-256$100$y/4YMC4YDLU$fzYDI4jjN6YCyQsYLsaf8A"}, []string{"$8$"}},
	{"crypt-hash", []string{"$1$wtHI$0rN7R8PKwC30AsCGA77vy.", "$6$rounds=5000$abcdefgh$ZZZZZZZZ", "$2b$12$abcdefghijklmnopqrstuv"}, []string{"$1$2", "cost $5$ or $6"}},
	{"cisco-type7", []string{"password 7 122A001901"}, []string{"vlan 7 12345678"}},
	{"url-userinfo", []string{"https://svc:hunter2@10.0.0.9/api", "amqp://guest:guest@rabbit:5672/", "ftp://img:p%40ss@files.example.com/x.tgz"}, []string{"https://example.com:8080/a@b", "ssh://git@example.com/x"}},
	{"url-secret-param", []string{"https://h/?x=1&token=%41%42", "/cb?X-Amz-Signature=abc"}, []string{"/a?tokens", "?page=2"}},
	{"authorization", []string{"Bearer abcDEF123.xyz", "basic dXNlcjpwYXNz"}, []string{"bearer ok"}},
	{"named-secret-text", []string{"password: s3cret", "root-authentication plain-text-password-value \"abc\"", "snmp community public", "radius-server 10.0.0.1 secret \"$9$x\"", "API_KEY=abcdef", "--password=hunter2"}, []string{"pass the salt", "key 10"}},
	{"named-secret-text", []string{"{u'password': u'abcdef'}", "password: |\n  abcdef", "username admin password 0 abcdef", "DB_PASS=abcdef", "bindpw: abcdef"}, []string{"bypass=abcdef"}},
	{"junos-secret-line", []string{"radius-server host 10.0.0.1 key abcdef", "ip ospf message-digest-key 1 md5 abcdef"}, []string{"radius accounting"}},
	{"named-secret-element", []string{"<password>abcdef</password>", "<a:secret x='1'> abcdef </a:secret>"}, []string{"<name>abcdef</name>", "<password/>", "<secret>{{ x }}</secret>"}},
	{"command-line-password", []string{"sshpass -p abcdef ssh h", "ipmitool -H h -U a -P abcdef power", "curl -u a:abcdef http://h/"}, []string{"curl -x proxy:3128 http://h/"}},
	{"junos-secret-line", []string{"encrypted-password \"$6$x$y\"", "authentication-key \"abc\"", "md5 1 key \"abc\"", "set snmp community public authorization read-only", "pre-shared-key ascii-text \"x1\""}, []string{"protocols bgp group a"}},
	{"cloud-config", []string{"#cloud-config\nusers: []", "#!/bin/bash\necho"}, []string{"# cloud"}},
	{"openstack-token", []string{"gAAAAABlZaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, []string{"gAAAAAB"}},
	{"vendor-token", []string{"ghp_a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "glpat-xxxxxxxxxxxxxxxxxxxx", "hvs.AAAAAAAAAAAAAAAAAAAAAAAA"}, []string{"ghp_short"}},
	{"zookeeper-digest", []string{"user:5w9W4eL3797Y4Wq8AcKUPPk8ha4="}, []string{"user:x", "a:b:5w9W4eL3797Y4Wq8AcKUPPk8ha4=", "user:5w9W4eL3797Y4Wq8AcKUPPk8ha4"}},
	{"email", []string{"jane.doe@corp.example.com"}, []string{"user@localhost", "target:64512:1@x"}},
}

func find(text string, identifies bool) []detect.Span {
	if identifies {
		return detect.Identifiers([]byte(text))
	}
	return detect.Find([]byte(text), detect.Free)
}

func TestExamples(t *testing.T) {
	for _, e := range examples {
		d := detect.Lookup(e.id)
		if d == nil {
			t.Errorf("there is no detector %s", e.id)
			continue
		}
		for _, text := range e.match {
			found := find(text, d.Identifies)
			if len(found) == 0 {
				t.Errorf("%s: nothing found in %q", e.id, text)
			}
			// The quick look must not pass over what can stand anywhere.
			if shape := detect.Find([]byte(text), detect.Shape); len(shape) > 0 && !detect.MayHold([]byte(text)) {
				t.Errorf("%s: passed over %q", e.id, text)
			}
			for _, s := range found {
				if s.Start >= s.End || s.End > len(text) {
					t.Errorf("%s: found %v in %q", e.id, s, text)
				}
			}
		}
		for _, text := range e.noMatch {
			for _, s := range find(text, d.Identifies) {
				if s.By.ID == e.id {
					t.Errorf("%s: found %q in %q", e.id, text[s.Start:s.End], text)
				}
			}
		}
	}
}

// TestHarmless has texts of ordinary dumps in which nothing is to be found.
func TestHarmless(t *testing.T) {
	for _, text := range []string{
		"", "normal", "default-domain:acme:net-1", "password reset policy", "the secret is kept in the token store", "token_ttl: 3600",
		"community 64512:100", "community no-export", "password: {{ password }}", "redacted-0123456789abcdef",
		"password: redacted-0123456789abcdef", "2b423b0c-0000-4000-8000-000000000002", "1.3.6.1.4.1.2636",
	} {
		if found := detect.Find([]byte(text), detect.Free); len(found) > 0 {
			t.Errorf("%s finds something in %q", found[0].By.ID, text)
		}
	}
}

// FuzzMayHold checks that the quick look passes over nothing that can be found
// at the level Shape.
func FuzzMayHold(f *testing.F) {
	for _, e := range examples {
		for _, text := range e.match {
			f.Add(text)
		}
	}
	f.Add("default-domain password 7 122A00190108A1")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "multipart/mixed") {
			return // only looked for in free text
		}
		if found := detect.Find([]byte(text), detect.Shape); len(found) > 0 && !detect.MayHold([]byte(text)) {
			t.Errorf("passed over %q: %s", text, found[0].By.ID)
		}
	})
}
