package unload

import "testing"

func TestSpelled(t *testing.T) {
	got, err := spelled(map[string]any{"a,b:": []any{1, "x\":,\\", "<é😀>"}, "c": nil})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"a,b:": [1, "x\":,\\", "<\u00e9\ud83d\ude00>"], "c": null}`; string(got) != want {
		t.Errorf("%s", got)
	}
}
