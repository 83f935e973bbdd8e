package validate

import "testing"

// TestKeyBehindAnother has a column of each kind of link whose key is no uuid stand behind one of its class that is sound.
func TestKeyBehindAnother(t *testing.T) {
	for _, kind := range []string{"ref:tag:", "backref:tag:", "parent:tag:", "children:tag:", "relaxbackref:"} {
		d := newDocument(t)
		u := aPolicy(d)
		d.set(u, kind+stranger, `{"attr": null}`)
		d.set(u, kind+"nouuid", `{"attr": null}`)
		list, _ := findings(t, d.text(), Options{Now: referenceTime}, 0)
		found := 0
		for i := range list {
			if list[i].Rule.ID == "B-OBJ-5" {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: B-OBJ-5 is found %d times", kind, found)
		}
	}
}
