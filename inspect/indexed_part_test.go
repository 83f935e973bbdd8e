package inspect

import (
	"testing"

	"github.com/dumptool/dumptool/generate"
)

// Of an indexed dump, a listing of a row, a small table, a level of nodes or the objects of a type reads little, and so does a
// query for a type.
func TestPartsOfIndexedAreFound(t *testing.T) {
	text := generated(t, generate.Options{Objects: 3000, Seed: 6})
	uuid := ""
	list, err := listed(t, forms(t, text)["indexed"], "type:project", false)
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	uuid = list[0].Path.Row
	for _, what := range []string{
		"config_db_uuid/obj_uuid_table/" + uuid, "config_db_uuid/obj_uuid_table/" + uuid + "/fq_name", "dm_keyspace/dm_pr_asn_table",
		"zk:/", "zk:/id", "type:logical_router",
	} {
		d := forms(t, text)["indexed"]
		plain, err := listed(t, forms(t, text)["plain"], what, false)
		if err != nil {
			t.Fatal(err)
		}
		got, err := listed(t, d, what, false)
		if err != nil || len(got) == 0 || paths(got) != paths(plain) {
			t.Errorf("%s: %v\n%s\ninstead of\n%s", what, err, paths(got), paths(plain))
		}
		if read := d.Container().BytesRead(); read > d.StoredBytes()/2 {
			t.Errorf("%s reads %d bytes of %d", what, read, d.StoredBytes())
		}
	}
	d := forms(t, text)["indexed"]
	answers := 0
	if err := Query(background, d, "fq_name", QueryOptions{Types: []string{"logical-router"}}, func(*Answer) error {
		answers++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if read := d.Container().BytesRead(); answers == 0 || read > d.StoredBytes()*2/3 {
		t.Errorf("%d answers, %d bytes read of %d", answers, read, d.StoredBytes())
	}
}
