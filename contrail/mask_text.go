package contrail

import (
	"regexp"
	"strings"
	"sync"
)

// mayHoldSecret tells if any detector could find something in text. It is a
// quick look for letters that one of them needs, in names or values.
func mayHoldSecret(text []byte) bool {
	for i, c := range text {
		switch c | 0x20 {
		case 'a', 'c', 'd', 'e', 'i', 'k', 'p', 's', 't', '$', ':', '\\' | 0x20:
			for _, stem := range [...]string{"auth", "cert", "community", "cred", "data", "eyj", "init", "key", "pass", "private", "psk",
				"pwd", "secret", "sig", "token", "$", "://", `\u`} {
				if (stem[0]^c)&^0x20 == 0 && foldPrefix(text[i:], stem) {
					return true
				}
			}
		}
	}
	return false
}

// foldPrefix tells if text begins with a prefix in small letters, in any case.
func foldPrefix(text []byte, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := text[i]
		if c-'A' <= 'Z'-'A' {
			c |= 0x20
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// detector finds secrets in free text. The last group of the expression is
// what is secret; where there are two, the first is a name that must be that of
// a secret.
type detector struct {
	expr  *regexp.Regexp
	named bool
}

var detectors = sync.OnceValue(func() []detector {
	return []detector{
		{expr: regexp.MustCompile(`(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$))`)},
		// crypt(3), Junos $8$ and $9$
		{expr: regexp.MustCompile(`(\$(?:1|2[abxy]?|5|6|7|8|y|gy|sha1|apr1|argon2(?:id|i|d))\$[^\s"';]{8,}|\$9\$[^\s"';]{4,})`)},
		{expr: regexp.MustCompile(`\b(ey[A-Za-z0-9_-]{8,}\.ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,})`)}, // JSON web token
		{expr: regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:([^\s/@"']+)@`)},
		{expr: regexp.MustCompile(`(?i)[?&](?:[a-z_]*signature|sig|temp_url_sig|x-amz-security-token)=([^&\s"'#]+)`)},
		{expr: regexp.MustCompile(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+([^\s"',]+)`)},
		// password: x, "api-key" = 'x', ?token=x
		{named: true, expr: regexp.MustCompile(`((?i:[\w.-]*(?:pass|pwd|psk|secret|token|cred|key|auth|community|user.?data|cloud.?init|cert)[\w.-]*))["']?[ \t]*[:=][ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|(?:(?i:basic|bearer)\s+)?([^\s"',;&}\])]+))`)},
		// device configuration
		{expr: regexp.MustCompile(`(?i)\b(?:encrypted-password|plain-text-password-value|authentication-key|authentication-password|privacy-password|simple-password|pre-shared-key\s+(?:ascii-text|hexadecimal)|md5\s+\d+\s+key|(?:enable|server)\s+secret(?:\s+\d)?|secret)\s+(?:"([^"\n]+)"|([^\s";{}:=]+))`)},
		{expr: regexp.MustCompile(`(?i)\bsnmp(?:-server)?\s+community\s+"?([^\s";{}]+)`)},
		{expr: regexp.MustCompile(`(?i)\bcommunity\s+"?([^\s";{}]+)"?\s*(?:\{\s*(?:authorization|clients|view)|authorization\b)`)},
	}
})

// maskText returns free text with what looks like a secret replaced, and if
// there was anything.
func maskText(text string) (masked string, found bool) {
	if !mayHoldSecret([]byte(text)) {
		return text, false
	}
	for _, d := range detectors() {
		text = d.mask(text, &found)
	}
	return text, found
}

func (d detector) mask(text string, found *bool) string {
	var out strings.Builder
	done := 0
	for _, m := range d.expr.FindAllStringSubmatchIndex(text, -1) {
		start, end := lastGroup(m)
		if secret := text[start:end]; secret == Masked || d.named && (!isSecretName(text[m[2]:m[3]]) || isHarmless(secret)) {
			continue
		}
		out.WriteString(text[done:start])
		out.WriteString(Masked)
		done = end
		*found = true
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

// lastGroup returns the bounds of the last group that took part in a match.
func lastGroup(m []int) (start, end int) {
	for i := len(m) - 2; i > 0; i -= 2 {
		if m[i] >= 0 {
			return m[i], m[i+1]
		}
	}
	return m[0], m[1]
}

// isHarmless tells if what stands behind the name of a secret is none: a
// template, a type, a BGP community.
func isHarmless(value string) bool {
	switch strings.ToLower(value) {
	case "string", "boolean", "integer", "number", "object", "array", "true", "false", "null", "none", "yes", "no",
		"no-export", "no-advertise", "internet":
		return true
	}
	if strings.HasPrefix(value, "{{") || strings.HasPrefix(value, "$(") || strings.HasPrefix(value, "<") {
		return true
	}
	left, right, found := strings.Cut(value, ":")
	return found && isDigits([]byte(left)) && isDigits([]byte(right))
}
