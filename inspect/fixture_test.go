package inspect

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/generate"
)

const (
	net1   = "11111111-1111-4111-8111-111111111111"
	net2   = "11112222-1111-4111-8111-111111111112"
	port   = "22222222-2222-4222-8222-222222222222"
	ghost  = "33333333-3333-4333-8333-333333333333"
	router = "44444444-4444-4444-8444-444444444444"
)

// small is a dump with what is easily got wrong: names with slashes, percent
// signs, escapes and nothing in them, times of several forms, a stale index
// column, a row without a type, keys that occur in several tables.
const small = `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {
"` + net1 + `": {"type": ["\"virtual_network\"", 1600000000000001], "fq_name": ["[\"d\", \"p\", \"n\\u00e9t\"]", 1600000000000002],
  "parent_type": ["\"project\"", 3], "prop:display_name": ["\"n\u00e9t\"", 1599999999999999], "prop:flags": ["true", 1.5e15],
  "backref:virtual_machine_interface:` + port + `": ["{\"attr\": null}", 1600000000000004], "weird/name%": ["not JSON", 1600000000000005]},
"` + net2 + `": {"fq_name": ["[\"d\", \"p\", \"a:b\"]", 1600000000000002], "type": ["\"virtual_network\"", 1600000000000001]},
"` + port + `": {"fq_name": ["[\"d\", \"p\", \"port\"]", 1600000000000002], "ref:virtual_network:` + net1 + `": ["{\"attr\": {\"x\": 1}}", 1],
  "ref:virtual_network:99999999-9999-4999-8999-999999999999": ["null", 1], "type": ["\"virtual_machine_interface\"", 1600000000000001]},
"` + ghost + `": {"prop:id_perms": ["{}", 1600000000000009]},
"` + router + `": {"fq_name": ["[\"r\"]", 1], "prop:physical_router_user_credentials": ["{\"username\": \"root\", \"password\": \"hunter2\"}", 1], "type": ["\"physical_router\"", 2]}
}, "obj_fq_name_table": {"virtual_network": {"d:p:a:b:` + net2 + `": ["null", 1], "d%3Ap%3An%C3%A9t:` + net1 + `": ["null", 1], "d:p:gone:` + ghost + `": ["null", 1]},
  "virtual_machine_interface": {"d:p:other:` + port + `": ["null", 1]}}, "empty": {}},
 "useragent": {"useragent_keyval_table": {"vn 10.0.0.0/24": {"value": ["subnet ; 50%\n", 1600000000000003]}, "": {"": ["", 7]}, "\u0061b": {"c": "bare", "d": [[1, {"k": "v"}], 8], "e": ["x", 9, "more"]}}},
 "dm_keyspace": {"dm_pr_asn_table": {"` + router + `": {"asn": ["64512", 1600000000000000]}}}, "nothing": {}},
"zookeeper": "[[\"/fq-name-to-uuid/virtual_network:d:p:n\u00e9t/\", [\"` + net1 + `\", [1, 2, 1600000000001, 1600000000002, 0, 0, 0, 0, 36, 0, 1]]], [\"/id/virtual-networks/0000000004/\", [\"d:p:net\", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]], [\"/id/x y/a%b\", [null, [1579787888111.5]]], [\"/id/virtual-networks/0000000005\", [\"password: hunter2\", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]]]"}
`

// open opens a text as a dump.
func open(t testing.TB, text string, o dump.Options) *dump.Dump {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: "d.json", At: strings.NewReader(text), Size: int64(len(text))}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// forms returns the same dump in every form that it can come in.
func forms(t *testing.T, text string) map[string]*dump.Dump {
	t.Helper()
	var gz, zst bytes.Buffer
	g := gzip.NewWriter(&gz)
	g.Write([]byte(text))
	g.Close()
	z, err := zstd.NewWriter(&zst)
	if err != nil {
		t.Fatal(err)
	}
	z.Write([]byte(text))
	z.Close()
	stream := func(b []byte) *dump.Dump {
		d, err := dump.Open(dump.Input{Name: "d.json", Stream: bytes.NewReader(b)}, dump.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	var indexed bytes.Buffer
	if err := index.Compress(background, &indexed, strings.NewReader(text), index.Options{Tool: "test", Feeder: objindex.New()}); err != nil {
		t.Fatal(err)
	}
	return map[string]*dump.Dump{
		"plain":       open(t, text, dump.Options{}),
		"indexed":     open(t, indexed.String(), dump.Options{}),
		"gzip":        open(t, gz.String(), dump.Options{}),
		"zstd":        open(t, zst.String(), dump.Options{}),
		"stream":      stream([]byte(text)),
		"gzip stream": stream(gz.Bytes()),
	}
}

// generated returns a synthetic dump.
func generated(t testing.TB, o generate.Options) string {
	t.Helper()
	var b strings.Builder
	if _, err := generate.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// texts returns all dumps that answers are compared on.
func texts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{
		"small":     small,
		"generated": generated(t, generate.Options{Objects: 300, ClusterID: "c1", UnsortedColumns: true}),
		"indented":  generated(t, generate.Options{Objects: 150, Indent: 4, ZooKeeperFirst: true}),
	}
	names, _ := filepath.Glob("../../shared/dumps/*.json*")
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := b.ReadFrom(z); err != nil {
				t.Fatal(err)
			}
			raw = b.Bytes()
		}
		all[filepath.Base(name)] = string(raw)
	}
	return all
}

// python runs a script of testdata/oracle on a text and returns what it prints.
func python(t *testing.T, script, text string) []byte {
	t.Helper()
	cmd := exec.Command("python3", "../testdata/oracle/"+script, "-")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return out
}

var background = context.Background()
