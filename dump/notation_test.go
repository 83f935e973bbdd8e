package dump

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPathsAreWritten(t *testing.T) {
	for want, p := range map[string]Path{
		"":                                {},
		"config_db_uuid":                  {Level: AtKeyspace, Keyspace: "config_db_uuid"},
		"ks/t/a%2Fb/c d":                  {Level: AtColumn, Keyspace: "ks", Table: "t", Row: "a/b", Column: "c d"},
		"ks/t/%":                          {Level: AtRow, Keyspace: "ks", Table: "t"},
		"ks/t/50%25/%20x%0A":              {Level: AtColumn, Keyspace: "ks", Table: "t", Row: "50%", Column: " x\n"},
		"%3Ba%3A/t/%3Bb:c":                {Level: AtRow, Keyspace: ";a:", Table: "t", Row: ";b:c"},
		"ks/t/é%E2%80%AE%ED%A0%80%FF😀":    {Level: AtRow, Keyspace: "ks", Table: "t", Row: "é\u202e\xed\xa0\x80\xff😀"},
		"zk:/":                            {Level: AtZNode, Node: "/"},
		"zk:/fq-name-to-uuid/domain:a b ": {},
		"zk:/id/a%25b/%20c":               {Level: AtZNode, Node: "/id/a%b/ c"},
	} {
		if want == "zk:/fq-name-to-uuid/domain:a b " {
			p, want = Path{Level: AtZNode, Node: "/fq-name-to-uuid/domain:a b "}, "zk:/fq-name-to-uuid/domain:a b%20"
		}
		if got := p.String(); got != want {
			t.Errorf("%#v is written %q, want %q", p, got, want)
		}
		if got, err := ParsePath(want); err != nil || got != p {
			t.Errorf("%q is read as %#v, %v, want %#v", want, got, err, p)
		}
	}
}

func TestPathsAreReadLeniently(t *testing.T) {
	for text, want := range map[string]Path{
		"ks/":         {Level: AtKeyspace, Keyspace: "ks"},
		"zk:a//b/":    {Level: AtZNode, Node: "/a/b"},
		"zk:":         {Level: AtZNode, Node: "/"},
		"ks/t/%2f%C3": {Level: AtRow, Keyspace: "ks", Table: "t", Row: "/\xc3"},
	} {
		if got, err := ParsePath(text); err != nil || got != want {
			t.Errorf("%q is read as %#v, %v, want %#v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"/ks":       "is empty",
		"a//b":      "is empty",
		"a/b/c/d/e": "%2F",
		"a/b/100%":  "%25",
		"a/b/%zz":   "%25",
		"zk:/a%2":   "%25",
	} {
		if p, err := ParsePath(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %#v, %v, want an error with %q", text, p, err, want)
		}
	}
}

func TestPathsComeBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	name := func() string {
		var b strings.Builder
		for range rng.IntN(6) {
			b.WriteString([]string{"a", "/", "%", " ", ";", ":", "é", "\xff", "\u2028", "\n", "zk:", "\u00ad", "%41"}[rng.IntN(13)])
		}
		return b.String()
	}
	for range 5000 {
		p := Path{Level: Level(rng.IntN(6))}
		for i, n := range []*string{&p.Keyspace, &p.Table, &p.Row, &p.Column} {
			if p.Level != AtZNode && i < int(p.Level) {
				*n = name()
			}
		}
		if p.Level == AtZNode {
			p.Node = string(AppendNormalPath(nil, []byte(name()+"/"+name())))
		}
		text := p.String()
		if strings.ContainsAny(text, "\n\r") || strings.TrimSpace(text) != text || strings.HasPrefix(text, ";") {
			t.Fatalf("%#v is written %q, which is no line by itself", p, text)
		}
		if got, err := ParsePath(text); err != nil || got != p {
			t.Fatalf("%#v is written %q and read as %#v, %v", p, text, got, err)
		}
	}
}
