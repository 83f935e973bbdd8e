package redact

// Secrets that are too short to be searched for anywhere are replaced where
// they stand as a word in free text. The first run doesn't know all of them
// before its end; it keeps a set of the words of free texts instead, by which
// the second run, if it is needed at all, knows what to look for.

// leastShort is the length from which on a secret can be told from chance.
const leastShort = 3

// maxShort bounds what is kept of short secrets.
const maxShort = 100_000

func (r *redactor) shortSecret(original []byte) {
	if len(original) >= leastShort && len(r.short) < maxShort && !isAllDigits(original) {
		r.short[string(original)] = true
	}
}

func isAllDigits(text []byte) bool {
	for _, c := range text {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}
