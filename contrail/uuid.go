package contrail

import "strconv"

// ValidUUID tells if text has the form of a uuid, 8-4-4-4-12 hexadecimal
// digits in either case. Row keys are in lower case (B-OBJ-1).
func ValidUUID[T string | []byte](text T) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if c-'0' > 9 && (c|0x20)-'a' > 5 {
				return false
			}
		}
	}
	return true
}

// UUIDHalves returns the two numbers that stand for a uuid in the uuid member
// of prop:id_perms (uuid_mslong, uuid_lslong), and if it is a uuid.
func UUIDHalves(uuid string) (ms, ls uint64, ok bool) {
	if !ValidUUID(uuid) {
		return 0, 0, false
	}
	ms, _ = strconv.ParseUint(uuid[:8]+uuid[9:13]+uuid[14:18], 16, 64)
	ls, _ = strconv.ParseUint(uuid[19:23]+uuid[24:], 16, 64)
	return ms, ls, true
}
