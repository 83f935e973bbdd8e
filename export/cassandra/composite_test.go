package cassandra

import (
	"testing"

	"github.com/gocql/gocql"
)

// What is wanted is what Python 2 prints.
func TestTuple(t *testing.T) {
	text, ascii, blob, long, uuid := gocql.TypeVarchar, gocql.TypeAscii, gocql.TypeBlob, gocql.TypeBigInt, gocql.TypeTimeUUID
	for _, c := range []struct {
		kinds  []gocql.Type
		values []string
		want   string
	}{
		{[]gocql.Type{ascii, text, text}, []string{"service", "IfmapServer", "service-entry"}, `('service', u'IfmapServer', u'service-entry')`},
		{[]gocql.Type{ascii, text}, []string{"it's", `say "it's"`}, `("it's", u'say "it\'s"')`},
		{[]gocql.Type{text, blob}, []string{"é€\U0001f600\x7f\\", "\xe9\x00\n\r\t"}, `(u'\xe9\u20ac\U0001f600\x7f\\', '\xe9\x00\n\r\t')`},
		{[]gocql.Type{text, text}, []string{"one"}, `(u'one',)`},
		{[]gocql.Type{text, long}, []string{"", "\xff\xff\xff\xff\xff\xff\xff\xfe"}, `(u'', -2)`},
		{[]gocql.Type{uuid, ascii}, []string{"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", "a"}, `(UUID('00112233-4455-6677-8899-aabbccddeeff'), 'a')`},
	} {
		var list []component
		values := make([]bytesColumn, len(c.kinds))
		for i, k := range c.kinds {
			list = append(list, component{"", k})
			if i < len(c.values) {
				values[i] = []byte(c.values[i])
			}
		}
		if got := string(appendTuple(nil, list, values)); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
