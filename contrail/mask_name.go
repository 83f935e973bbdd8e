package contrail

import (
	"slices"
	"strings"
)

// isSecretName tells if what goes by a name is a secret: db_password, apiKey,
// X-Auth-Token. It is made for free documents, and would rather take too much
// than too little, but not what only tells about a secret: token_ttl, key_id.
func isSecretName(name string) bool {
	plain, parts := plainName(name)
	if plain == "" || tellsAbout(plain, parts) {
		return false
	}
	for _, stem := range []string{
		"password", "passwd", "passphrase", "passwort", "secret", "token", "credential",
		"apikey", "accesskey", "privatekey", "authkey", "authenticationkey", "encryptionkey", "sharedkey", "sshkey",
		"communitystring", "clientcert", "keystore", "userdata", "cloudinit", "psk",
	} {
		if strings.Contains(plain, stem) {
			return true
		}
	}
	switch plain {
	case "key", "auth", "community", "pass":
		return true
	}
	return slices.Contains(parts, "pwd")
}

// isPasswordName tells if a name is that of a password, which may be a number.
func isPasswordName(name string) bool {
	plain, parts := plainName(name)
	if tellsAbout(plain, parts) {
		return false
	}
	for _, stem := range []string{"password", "passwd", "passphrase", "passwort"} {
		if strings.Contains(plain, stem) {
			return true
		}
	}
	return plain == "pass" || slices.Contains(parts, "pwd")
}

// isSecretContainer tells if an object or list of that name holds nothing but
// secrets.
func isSecretContainer(name string) bool {
	plain, _ := plainName(name)
	return plain == "deviceauth" || plain == "authdata"
}

// tellsAbout tells if a name is that of a property of a secret. Of public keys
// everything is public.
func tellsAbout(plain string, parts []string) bool {
	if strings.Contains(plain, "publickey") {
		return true
	}
	switch parts[len(parts)-1] {
	case "ttl", "type", "name", "length", "len", "count", "min", "max", "size", "timeout", "expiry", "expires", "lifetime",
		"interval", "policy", "enabled", "required", "algorithm", "format", "version", "mode", "url", "uri", "path",
		"ref", "method", "protocol", "port", "limit", "index", "status", "schema":
		return true
	case "id":
		return !strings.Contains(plain, "token") // Keystone's token id is the token
	}
	return false
}

// plainName returns a name in lower case without separators, and its parts; a
// part begins after a separator or with a capital letter after a small one.
func plainName(name string) (plain string, parts []string) {
	var part []byte
	flush := func() {
		if len(part) > 0 {
			parts = append(parts, string(part))
			part = nil
		}
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case strings.IndexByte("-_. /:", c) >= 0:
			flush()
			continue
		case c-'A' <= 'Z'-'A':
			if i > 0 && name[i-1]-'a' <= 'z'-'a' {
				flush()
			}
			c |= 0x20
		}
		part = append(part, c)
	}
	flush()
	if parts == nil {
		parts = []string{""}
	}
	return strings.Join(parts, ""), parts
}

// isPairName and isPairValue tell if a member is the name or the value in a
// pair such as {"key": "password", "value": "x"}.
func isPairName(member string) bool {
	switch strings.ToLower(member) {
	case "key", "name", "property", "dhcp_option_name":
		return true
	}
	return false
}

func isPairValue(member string) bool {
	switch strings.ToLower(member) {
	case "value", "val", "dhcp_option_value", "dhcp_option_value_bytes":
		return true
	}
	return false
}

// isSchema tells if a member called type is that of a JSON schema: such a
// schema describes a secret, and only its defaults can be one.
func isSchema(typ []byte) bool {
	switch text(typ) {
	case "string", "object", "array", "integer", "number", "boolean":
		return true
	}
	return false
}

func isSchemaDefault(member string) bool {
	switch member {
	case "default", "const", "enum", "example", "examples", "value":
		return true
	}
	return false
}
