package main

import (
	"bytes"
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const smallSchema = `{"format": 1, "release": "R9", "common": {"props": {"id_perms": {"kind": "prop", "type": "P"}}, "refs": {"tag": {}}},
 "objects": {
  "b_c": {"hyphen": "b-c", "root": true, "backrefs": ["a"], "props": {"l": {"kind": "propl", "type": "L"}, "m": {"kind": "propm", "type": "L", "key": "k", "presence": "required"}}},
  "a": {"hyphen": "a", "parents": {"b_c": {"link": "x"}}, "refs": {"b_c": {"attr": "P"}}, "derived": true}},
 "types": {"L": {"item": {"type": "P", "list": true}}, "P": {}},
 "history": {"object_since": {"a": "R8"}, "objects_removed": {"old": {"until": "R7", "parents": ["a"], "props": {"p": "string"}}},
  "members_removed": {"a": {"refs": {"old": {"until": "R7"}}}}}}`

const smallPlaces = `{"format": 1, "places": {"*": {"prop:id_perms": {"x": "text"}},
 "b_c": {"propl:l:*": {"p": "secret", "": "hostorip"}}, "a": {"ref:b_c:*": {"attr.k[]": "secretid"}}}}`

func generate(t *testing.T, schemaText, placesText string) (schemaGo, placesGo string, err error) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"schema.json": schemaText, "sensitive.json": placesText} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(filepath.Join(folder, "schema.json"), filepath.Join(folder, "sensitive.json"), folder); err != nil {
		return "", "", err
	}
	var texts []string
	for _, name := range []string{"schema_gen.go", "sensitive_gen.go"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if nice, err := format.Source(text); err != nil || !bytes.Equal(nice, text) {
			t.Errorf("%s is not formatted: %v", name, err)
		}
		texts = append(texts, string(text))
	}
	return texts[0], texts[1], nil
}

func TestGenerate(t *testing.T) {
	schemaGo, placesGo, err := generate(t, smallSchema, smallPlaces)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`the release "R9"`, `var commonRefs = []string{"tag"}`, `{name: "a", since: "R8", derived: true,`, `{name: "b_c", root: true,`,
		`{name: "old", until: "R7",`, `formerRefs: []string{"old"}`, `{Name: "l", Kind: PropList, Type: "L"}`,
		`{Name: "m", Kind: PropMap, Type: "L", Key: "k", Required: true}`,
	} {
		if !strings.Contains(schemaGo, want) {
			t.Errorf("no %s in\n%s", want, schemaGo)
		}
	}
	for _, want := range []string{
		`{key: "backref:a", typ: "b_c", places: []Place{{"attr.k[]", ClassSecretID}}}`,
		`{key: "prop:id_perms", typ: "*", places: []Place{{"x", ClassText}}}`,
		`{key: "prop:l", typ: "b_c", places: []Place{{"[]", ClassHostOrIP}, {"[].p", ClassSecret}, {"item[]", ClassHostOrIP}, {"item[].p", ClassSecret}}}`,
		`{key: "propl:l", typ: "b_c", places: []Place{{"", ClassHostOrIP}, {"p", ClassSecret}}}`,
		`{key: "ref:b_c", typ: "a", places: []Place{{"attr.k[]", ClassSecretID}}}`,
	} {
		if !strings.Contains(placesGo, want) {
			t.Errorf("no %s in\n%s", want, placesGo)
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	for name, texts := range map[string][2]string{
		"format of schema":   {strings.Replace(smallSchema, `"format": 1`, `"format": 2`, 1), smallPlaces},
		"format of places":   {smallSchema, strings.Replace(smallPlaces, `"format": 1`, `"format": 2`, 1)},
		"hyphen form":        {strings.Replace(smallSchema, `"b-c"`, `"bc"`, 1), smallPlaces},
		"unknown list place": {smallSchema, strings.Replace(smallPlaces, `propl:l`, `propl:x`, 1)},
		"no JSON":            {smallSchema, `{`},
	} {
		if _, _, err := generate(t, texts[0], texts[1]); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Where the fact files stand beside the module, the committed tables are what
// they give.
func TestTablesAreUpToDate(t *testing.T) {
	const spec = "../../../../shared/spec/"
	schemaText, err := os.ReadFile(spec + "schema.json")
	if os.IsNotExist(err) {
		t.Log("no fact files beside the module")
		return
	}
	placesText, err2 := os.ReadFile(spec + "sensitive.json")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	schemaGo, placesGo, err := generate(t, string(schemaText), string(placesText))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"schema_gen.go": schemaGo, "sensitive_gen.go": placesGo} {
		if have, err := os.ReadFile("../../" + name); err != nil || string(have) != want {
			t.Errorf("%s is out of date: %v", name, err)
		}
	}
}
