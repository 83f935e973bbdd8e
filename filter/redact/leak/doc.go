// Package leak searches a text for originals that should not be in it any more:
// as they are, in other case, with the escapes of JSON at several levels, and in
// all that can be decoded: escapes of letters, percent-encoding, base64 in both
// alphabets and at any alignment, in lines or not, hexadecimal digits, and gzip
// and zlib in these, inside of each other.
//
// Secrets are searched for anywhere, with a filter of hashed parts of five bytes
// and a table behind it: only every fourth place of the text is looked up, since
// one of the parts of a secret is at such a place. Identifiers stand between
// borders of words, so the words of the text are looked up, and those that begin
// several of them with the word behind.
//
// What has no room in the budget is searched for in further passes. The text is
// gone through by as many workers as there are processors; what they find does
// not depend on how many there are.
package leak
