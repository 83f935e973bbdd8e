package contrail

import "iter"

// Class says what kind of sensitive data stands at a place.
type Class string

// The classes. What to do with each is the business of redaction; Mask treats
// secrets, and looks into blobs, texts and urls.
const (
	ClassSecret    Class = "secret"    // password, key, community
	ClassSecretID  Class = "secretid"  // number of a key
	ClassSecretRef Class = "secretref" // pointer into a store of secrets
	ClassBlob      Class = "blob"      // free text or nested document that may hold anything
	ClassKey       Class = "key"       // name in a pair of name and value
	ClassUser      Class = "user"
	ClassOwner     Class = "owner" // tenant or role, name or id
	ClassText      Class = "text"  // description
	ClassURL       Class = "url"
	ClassHost      Class = "host"
	ClassHostOrIP  Class = "hostorip"
	ClassName      Class = "name"
	ClassFQName    Class = "fqname" // joined with colons, or a list of parts
	ClassTagName   Class = "tagname"
	ClassIP        Class = "ip"
	ClassMAC       Class = "mac"
	ClassESI       Class = "esi"
	ClassASN       Class = "asn"
	ClassRT        Class = "rt"
	ClassCommunity Class = "community"
	ClassSerial    Class = "serial"
	ClassVLAN      Class = "vlan"
	ClassUUID      Class = "uuid"
	ClassTime      Class = "time"
)

// Place is a place in the value of a column that can hold sensitive data.
type Place struct {
	Path  string // way inside the decoded value: members joined by dots, [] for any element; empty: the value itself
	Class Class
}

// sensitiveColumn holds the places of one column of one type, or of all types
// where typ is a star.
type sensitiveColumn struct {
	key, typ string
	places   []Place
}

// SensitivePlaces returns the places in the value of a column of an object of
// the given type. A type that the model doesn't know, or an empty one, could be
// any: it has the places of that column of all types.
func SensitivePlaces(typ string, column []byte) iter.Seq[Place] {
	return func(yield func(Place) bool) {
		of := placesOf(ParseColumn(column).key(column))
		for i := range of {
			if !of[i].appliesTo(typ) {
				continue
			}
			for _, p := range of[i].places {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// placesOf returns the entries with the given key, see Column.key.
func placesOf(key []byte) []sensitiveColumn {
	lo, hi := 0, len(sensitiveColumns)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if sensitiveColumns[mid].key < string(key) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for hi < len(sensitiveColumns) && sensitiveColumns[hi].key == string(key) {
		hi++
	}
	return sensitiveColumns[lo:hi]
}

// appliesTo tells if the places are to be looked at in an object of the type.
func (c *sensitiveColumn) appliesTo(typ string) bool {
	if c.typ == "*" || c.typ == typ {
		return true
	}
	t, known := LookupType(typ)
	return !known || t.name == c.typ
}
