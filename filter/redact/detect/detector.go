package detect

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/dumptool/dumptool/contrail"
)

// Level says how much of a text is free for anybody to write into.
type Level uint8

// The levels. What is found at one level is found at the higher ones too.
const (
	Shape Level = iota // any text: only what has an unmistakable shape
	Free               // free text and documents: also name and value in a line
)

// Detector is one way to find something.
type Detector struct {
	ID   string
	What string
	// Identifies tells that what it finds is no secret but names somebody.
	Identifies bool
	// Whole tells that one match makes the whole text secret.
	Whole bool

	level  Level
	expr   string
	group  int
	needs  []string // one of them is in every match, in small letters
	accept func(match, value []byte) bool
	re     func() *regexp.Regexp
}

// Detectors returns all detectors in the order in which they are applied.
func Detectors() []*Detector { return all }

// Lookup returns a detector by its name, nil if there is none.
func Lookup(id string) *Detector {
	for _, d := range all {
		if d.ID == id {
			return d
		}
	}
	return nil
}

var all = compile([]*Detector{
	{
		ID: "pem-private-key", What: "PEM or PGP private key", needs: []string{"private key"},
		expr: `-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|$)`,
	},
	{
		ID: "jwt", What: "JSON web token", needs: []string{"ey"},
		expr: `\bey[A-Za-z0-9_-]{8,}\.ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}`,
	},
	{
		ID: "aws-access-key", What: "AWS access key id", needs: []string{"a3t", "akia", "asia", "abia", "acca"},
		expr: `\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b`,
	},
	{ID: "junos-9", What: "Junos type 9 password", needs: []string{"$9$"}, expr: `\$9\$[A-Za-z0-9./-]{4,}`},
	{
		ID: "junos-8", What: "Junos type 8 password", needs: []string{"$8$"},
		expr: `\$8\$[a-z0-9-]+\$[a-z0-9-]+\$\d+\$[A-Za-z0-9+/=$]+`,
	},
	{
		ID: "crypt-hash", What: "crypt(3) hash", needs: []string{"$"},
		expr: `\$(?:1|2[abxy]?|5|6|7|y|gy|sha1|apr1|argon2(?:id|i|d))\$[A-Za-z0-9./=,$+-]{8,}`,
	},
	{
		ID: "cisco-type7", What: "Cisco type 7 password", needs: []string{"7"}, group: 1,
		expr: `(?i)\b(?:password|secret|key)\s+7\s+([0-9A-F]{8,})\b`,
	},
	{
		ID: "url-userinfo", What: "password in a URL", needs: []string{"://"}, group: 1,
		expr: `\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/?#:@"'<>\\]*:([^\s/?#@"'<>\\]+)@`,
	},
	{
		ID: "url-secret-param", What: "secret in a query", needs: []string{"="}, group: 1,
		expr: `(?i)[?&;](?:[a-z0-9_.-]*(?:token|secret|passw(?:or)?d|pwd|api_?key|access_?key|signature|sig|auth|credential)[a-z0-9_.-]*)=([^&\s"'#]+)`,
	},
	{
		ID: "authorization", What: "authorization header", needs: []string{"bearer", "basic", "digest", "token"}, group: 1,
		expr:   `(?i)\b(?:bearer|basic|digest|token)\s+([A-Za-z0-9+/_=.-]{8,})`,
		accept: func(_, value []byte) bool { return mixed(value) },
	},
	{
		ID: "cloud-config", What: "user data of an instance", needs: []string{"#cloud", "#!/", "#include", "multipart/mixed"}, Whole: true,
		expr: `(?m)^#(?:cloud-config|cloud-boothook|!/|include)|^Content-Type: multipart/mixed`,
	},
	{ID: "openstack-token", What: "Fernet token", needs: []string{"gaaaaa"}, expr: `\bgAAAAA[A-Za-z0-9_-]{60,}={0,2}`},
	{
		ID: "vendor-token", What: "token with a fixed beginning",
		needs: []string{"gh", "glpat-", "xox", "aiza", "hv", "age-secret", "sk_", "npm_"},
		expr:  `\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{60,}|glpat-[0-9A-Za-z_-]{20,}|xox[abeprs]-[0-9A-Za-z-]{10,}|AIza[0-9A-Za-z_-]{35}|hv[sbr]\.[0-9A-Za-z_-]{24,}|AGE-SECRET-KEY-1[0-9A-Z]{58}|sk_(?:live|test)_[0-9A-Za-z]{16,}|npm_[0-9A-Za-z]{36})`,
	},
	{
		ID: "named-secret-element", What: "element of XML with the name of a secret", level: Free, group: 1,
		needs:  []string{"</"},
		expr:   `(?i)<(?:[a-z0-9_.-]+:)?[a-z0-9_.-]*(?:passw(?:or)?d|passphrase|passwort|secret|api-?_?key|auth(?:entication)?-?_?key|access-?_?key|private-?_?key|pre-shared-key|community|token|credential|pwd|psk|ascii-text)[a-z0-9_.-]*(?:\s[^<>]*)?>\s*([^<>\s][^<>]*?)\s*</`,
		accept: func(_, value []byte) bool { return len(value) > 2 && !contrail.IsHarmless(string(value)) },
	},
	{
		ID: "command-line-password", What: "password on a command line", level: Free, group: 1,
		needs: []string{"sshpass", "ipmitool", "curl", "wget"},
		expr:  `\b(?:sshpass\s+-p\s*|ipmitool\b[^\n]*?\s-P\s*|(?:curl|wget)\b[^\n]*?\s(?:-u|--user)[\s=]*["']?[^\s:"']+:)["']?([^\s"']{3,})`,
	},
	{
		// A user and the base64 of a SHA-1, as the ACLs of nodes have them: live-metadata.md.
		ID: "zookeeper-digest", What: "password hash in an ACL of ZooKeeper", needs: []string{"="}, group: 1,
		expr: `\A[^:\s]{1,64}:([A-Za-z0-9+/]{27}=)\z`,
	},
	{
		ID: "junos-secret-line", What: "statement of a device configuration", level: Free, group: 1,
		needs:  []string{"password", "key", "secret", "community"},
		expr:   `(?i)\b(?:encrypted-password|plain-text-password-value|authentication-key|authentication-password|privacy-password|simple-password|pre-shared-key (?:ascii-text|hexadecimal)|(?:authentication|privacy)-(?:md5|sha|sha256|des|3des|aes128|aes)? ?(?:password|key)|md5 \d+ key|message-digest-key \d+ md5(?: \d)?|(?:radius|tacacs)(?:-server)?\b[^\n;{}]{0,80}?\skey(?: \d)?|secret|community(?: name)?)\s+"?([^\s";]{2,})`,
		accept: acceptStatement,
	},
	{
		ID: "named-secret-text", What: "name and value in free text", level: Free, group: 1,
		needs:  []string{"pass", "secret", "key", "community", "token", "credential", "pwd", "psk", "bindpw", "bind_pw"},
		expr:   `(?i)\b[a-z0-9_.-]*(?:passw(?:or)?d|passphrase|passwort|secret|api_?key|auth_?key|access_?key|private_?key|community|token|credential|pwd|psk|bind_?pw|_pass)[a-z0-9_.-]*["']?(?:\s*(?::=|=>|[:=])\s*(?:[|>][+-]?\s+)?|\s+)(?:[0578]\s+)?(?:[ubr]{0,2}["'])?([^\s"';,{}]{3,})`,
		accept: acceptNamed,
	},
	{
		ID: "pem-other", What: "certificate or public key", Identifies: true, needs: []string{"-----begin"},
		expr: `-----BEGIN (?:[A-Z0-9]+ )*(?:CERTIFICATE|CERTIFICATE REQUEST|PUBLIC KEY)-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)`,
	},
	{
		ID: "ssh-public-key", What: "public SSH key", Identifies: true, needs: []string{"aaaa"},
		expr: `\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)) AAAA[0-9A-Za-z+/]{20,}={0,3}(?: \S+)?`,
	},
	{
		ID: "email", What: "mail address", Identifies: true, needs: []string{"@"},
		expr: `\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b`,
	},
})

func compile(list []*Detector) []*Detector {
	for _, d := range list {
		d.re = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(d.expr) })
	}
	return list
}

// mixed tells if a value doesn't look like a word: it has a digit, a dot, an
// equals sign, or capital letters behind small ones.
func mixed(value []byte) bool {
	lower := false
	for _, c := range value {
		switch {
		case c >= '0' && c <= '9', c == '.', c == '=', c == '+', c == '/':
			return true
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= 'A' && c <= 'Z' && lower:
			return true
		}
	}
	return false
}

// acceptStatement leaves out what follows community where that is the attribute
// of BGP.
func acceptStatement(match, value []byte) bool {
	if contrail.IsHarmless(string(value)) || bytes.HasPrefix(value, []byte("target:")) || string(value) == "members" {
		return false
	}
	if foldPrefix(match, "secret") || foldPrefix(match, "community") {
		return !isConnective(string(value))
	}
	return true
}

// acceptNamed leaves out what has no sign between name and value and is a word
// of a sentence, and names that only tell about a secret.
func acceptNamed(match, value []byte) bool {
	if contrail.IsHarmless(string(value)) {
		return false
	}
	end := 0
	for end < len(match) && (isWord(match[end]) || match[end] == '.' || match[end] == '-') {
		end++
	}
	name := string(match[:end])
	if lower := strings.ToLower(name); !contrail.IsSecretName(name) && !strings.Contains(lower, "community") &&
		!strings.HasSuffix(lower, "_pass") && !strings.HasSuffix(strings.ReplaceAll(lower, "_", ""), "bindpw") {
		return false
	}
	if bytes.ContainsAny(match[end:len(match)-len(value)], ":=>") {
		return true
	}
	return !isConnective(string(value))
}

// isConnective tells if a word behind "password" or "secret" belongs to a
// sentence.
func isConnective(word string) bool {
	switch strings.ToLower(strings.TrimRight(word, ".,;:!?")) {
	case "is", "are", "was", "were", "for", "and", "or", "of", "in", "on", "to", "from", "by", "with", "the", "not", "has",
		"have", "will", "must", "can", "should", "authentication", "based", "protected", "string", "strings", "list", "members",
		"set", "store", "manager", "file", "policy", "rotation", "reset", "change", "changed", "name", "value":
		return true
	}
	return false
}

func isWord(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_'
}

// foldPrefix tells if text begins with a prefix in small letters, in any case.
func foldPrefix(text []byte, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}
