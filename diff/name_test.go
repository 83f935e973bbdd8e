package diff

import (
	"testing"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

func TestNameHashIsTheSameOnBothWays(t *testing.T) {
	for _, c := range []struct {
		typ, fqName, joined string
		ok                  bool
	}{
		{`"virtual_network"`, `["default-domain", "p", "n"]`, "virtual_network/default-domain:p:n", true},
		{`"virtual_network"`, `["default-domain","p" , "n"]`, "virtual_network/default-domain:p:n", true},
		{`"tag"`, `["a\u00e9"]`, "tag/aé", true},
		{`"tag"`, `["aé", ""]`, "tag/aé:", true},
		{`"tag"`, `["a\"b"]`, "tag/a\"b", true},
		{`"tag"`, `[]`, "tag/", true},
		{`"tag"`, `["a", ]`, "", false},
		{`"tag"`, `["a" "b"]`, "", false},
		{`"tag"`, `"a"`, "", false},
		{`5`, `["a"]`, "", false},
		{`"t"x"`, `["a"]`, "", false},
	} {
		var h nameHasher
		got, ok := h.hash([]byte(c.typ), []byte(c.fqName))
		if ok != c.ok {
			t.Errorf("%s %s: %v", c.typ, c.fqName, ok)
		}
		for _, canonical := range []bool{true, false} {
			texts := nameCells{rawText{jsonscan.AppendEscaped(nil, []byte(c.typ)), canonical}, rawText{jsonscan.AppendEscaped(nil, []byte(c.fqName)), canonical}}
			if stored, okStored := h.cells(&texts); okStored != ok || ok && stored != got {
				t.Errorf("%s %s: another hash as they are stored", c.typ, c.fqName)
			}
		}
		if !ok {
			continue
		}
		var typ, name string
		for i := range c.joined {
			if c.joined[i] == '/' {
				typ, name = c.joined[:i], c.joined[i+1:]
				break
			}
		}
		if want := joinedHash(typ, name); got != want {
			t.Errorf("%s %s: another hash than %s", c.typ, c.fqName, c.joined)
		}
	}
}
