// Package detect finds secrets and identifying data in text by what they look
// like: private keys, hashes of passwords, tokens, passwords in URLs, what
// stands behind the name of a secret.
//
// MayHold is a quick look that goes over all texts of a dump; Find applies the
// expressions, and is meant for the few texts that MayHold lets through.
package detect
