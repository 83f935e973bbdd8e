// Package leak searches a text for originals that should not be in it any more:
// as they are, in other case, with the escapes of JSON at several levels, in
// base64 at any alignment, in hexadecimal digits, percent-encoded.
//
// What is searched for is kept as a filter of hashed parts of five bytes and a
// table behind it. Only every fourth place of the text is looked up in the
// filter (every second one for identifiers, which may be shorter): one of these
// parts is in each occurrence. What has no room in the budget is searched for in
// further passes.
package leak
