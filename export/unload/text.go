package unload

import "strconv"

// appendEscaped appends ASCII text as it stands inside of a JSON string.
func appendEscaped(dst, text []byte) []byte {
	for _, c := range text {
		if c == '"' || c == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return dst
}

// append appends the numbers as the list that a dump has.
func (s *Stat) append(dst []byte) []byte {
	dst = append(dst, '[')
	for i, n := range []int64{
		s.Czxid, s.Mzxid, s.Ctime, s.Mtime, int64(s.Version), int64(s.Cversion), int64(s.Aversion), s.EphemeralOwner,
		int64(s.DataLength), int64(s.NumChildren), s.Pzxid,
	} {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = strconv.AppendInt(dst, n, 10)
	}
	return append(dst, ']')
}
