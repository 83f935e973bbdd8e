package contrail

// IsSecretName tells if what goes by a name in a free document is a secret:
// db_password, apiKey, X-Auth-Token; not what only tells about one: token_ttl,
// key_id. It would rather take too much than too little.
func IsSecretName(name string) bool { return isSecretName(name) }

// IsPasswordName tells if a name is that of a password, which may be a number.
func IsPasswordName(name string) bool { return isPasswordName(name) }

// IsSecretContainer tells if an object or list of that name holds nothing but
// secrets.
func IsSecretContainer(name string) bool { return isSecretContainer(name) }

// IsPairName and IsPairValue tell if a member is the name or the value in a
// pair such as {"key": "password", "value": "x"}.
func IsPairName(member string) bool { return isPairName(member) }

// IsPairValue is described at IsPairName.
func IsPairValue(member string) bool { return isPairValue(member) }

// IsHarmless tells if a text behind the name of a secret is none: a template,
// the name of a type, a BGP community.
func IsHarmless(text string) bool { return isHarmless(text) }
