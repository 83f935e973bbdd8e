package runbook

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestRender(t *testing.T) {
	three := Options{Hosts: []string{"5b5s42", "5b5s43", "5b5s44"}, Dump: "db-dump.json"}
	odd := Options{
		Hosts: []string{"10.0.0.1", "fd00::2"}, KafkaHosts: []string{"a1"}, Containerized: true,
		Dump: "it's a dump.zst", APIConf: "/etc/contrail/contrail-api.conf", ClusterID: "c1",
	}
	for _, c := range []struct {
		file    string
		build   func(Options) (*Runbook, error)
		options Options
		format  Format
	}{
		{"restore.txt", Restore, three, Text},
		{"restore-odd.md", Restore, odd, Markdown},
		{"restore-odd.sh", Restore, odd, Shell},
		{"backup.txt", Backup, three, Text},
		{"backup-odd.sh", Backup, odd, Shell},
	} {
		book, err := c.build(c.options)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := book.Render(&got, c.format); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", c.file)
		if *update {
			if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got.String()); d != "" {
			t.Errorf("%s: %s", c.file, d)
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, o := range []Options{
		{Dump: "d"},
		{Hosts: []string{"a"}},
		{Hosts: []string{"-oProxyCommand=x"}, Dump: "d"},
		{Hosts: []string{"a;reboot"}, Dump: "d"},
		{Hosts: []string{"a", "a"}, Dump: "d"},
		{Hosts: []string{"a"}, KafkaHosts: []string{"a"}, Dump: "d"},
		{Hosts: []string{"a"}, Dump: "d\ne"},
		{Hosts: []string{"a"}, Dump: "d", ClusterID: "$(x)"},
	} {
		if _, err := Restore(o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

func TestJSON(t *testing.T) {
	book, err := Restore(Options{Hosts: []string{"a"}, Dump: "d"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(book)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema string
		Steps  []struct {
			Number int
			Wipes  bool
			Checks []struct{ Command *string }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Schema != "dumptool.runbook/1" || len(doc.Steps) != len(book.Steps) || doc.Steps[8].Number != 9 || !doc.Steps[8].Wipes {
		t.Errorf("%s", text)
	}
}

// machines is a site of pretended hosts: a folder for each, an ssh that gives commands there, and a service and a
// dumptool that note what they were asked for.
type machines struct {
	t   *testing.T
	dir string
}

// Commands that the script gives on hosts, and dumptool, are small programs that write a line into "log". A file
// "fail-WORDS" makes the call with these words fail.
const pretendedSSH = `#!/bin/sh
host=$1
shift
export ROOT="$SITE/$host" HOST=$host
# The folders of the host are below ROOT.
sed "s#/var/#$ROOT/var/#g; s#/etc/#$ROOT/etc/#g" | /bin/sh -c "$*"
`

const pretendedCommand = `#!/bin/sh
echo "${HOST:-here} ${0##*/} $*" >> "$SITE/log"
for word in "$@"; do
  if [ -e "$SITE/fail-${HOST:-here}-${0##*/}-$word" ]; then exit 1; fi
done
exit 0
`

func newMachines(t *testing.T, hosts ...string) *machines {
	m := &machines{t, t.TempDir()}
	write := func(path, text string, mode os.FileMode) {
		path = filepath.Join(m.dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/pretended-ssh", pretendedSSH, 0o755)
	write("bin/service", pretendedCommand, 0o755)
	write("bin/systemctl", "#!/bin/sh\nexit 1\n", 0o755)
	write("bin/dumptool", pretendedCommand, 0o755)
	write("bin/docker", `#!/bin/sh
case $1 in
ps) echo c0ffee;;
exec) shift 3; exec "$@";;
esac
`, 0o755)
	for _, h := range hosts {
		write(h+"/etc/init.d/supervisor-config", "", 0o755)
		write(h+"/var/tmp/x", "", 0o644)
		write(h+"/var/lib/zookeeper/version-2/log.1", strings.Repeat("z", 100), 0o644)
		write(h+"/var/lib/zookeeper/version-2/a b", "12", 0o644)
		write(h+"/var/lib/cassandra/data/ks/t/x.db", strings.Repeat("c", 1000), 0o644)
	}
	return m
}

// run carries a runbook out from a step on and returns what was noted.
func (m *machines) run(book *Runbook, input string, from string) (log, output string, ok bool) {
	m.t.Helper()
	var script bytes.Buffer
	if err := book.Render(&script, Shell); err != nil {
		m.t.Fatal(err)
	}
	file := filepath.Join(m.dir, "runbook.sh")
	if err := os.WriteFile(file, script.Bytes(), 0o644); err != nil {
		m.t.Fatal(err)
	}
	cmd := exec.Command("sh", file, from)
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = append(os.Environ(), "SITE="+m.dir, "SSH=pretended-ssh", "PATH="+filepath.Join(m.dir, "bin")+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	noted, _ := os.ReadFile(filepath.Join(m.dir, "log"))
	_ = os.Remove(filepath.Join(m.dir, "log"))
	return string(noted), string(out), err == nil
}

func (m *machines) exists(path string) bool {
	_, err := os.Stat(filepath.Join(m.dir, path))
	return err == nil
}

func (m *machines) fail(call string) {
	if err := os.WriteFile(filepath.Join(m.dir, "fail-"+call), nil, 0o644); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machines) mend(call string) {
	if err := os.Remove(filepath.Join(m.dir, "fail-"+call)); err != nil {
		m.t.Fatal(err)
	}
}

func TestScriptRestores(t *testing.T) {
	for _, inContainer := range []bool{false, true} {
		m := newMachines(t, "a", "b")
		book, err := Restore(Options{Hosts: []string{"a", "b"}, Dump: "it's.json", Containerized: inContainer})
		if err != nil {
			t.Fatal(err)
		}
		log, out, ok := m.run(book, "yes\nyes\n", "1")
		if !ok {
			t.Fatalf("%s\n%s", log, out)
		}
		want := `here dumptool info it's.json
here dumptool validate it's.json
a service supervisor-config stop
b service supervisor-config stop
here dumptool runbook check services-stopped --hosts a,b
a service cassandra stop
b service cassandra stop
here dumptool runbook check cassandra-stopped --hosts a,b
a service zookeeper stop
b service zookeeper stop
here dumptool runbook check zookeeper-stopped --hosts a,b
here dumptool runbook check kafka-stopped --hosts a,b
a service contrail-hamon status
a service contrail-hamon stop
b service contrail-hamon status
b service contrail-hamon stop
a service zookeeper start
b service zookeeper start
here dumptool runbook check zookeeper-empty --hosts a,b --wait 2m
a service cassandra start
b service cassandra start
here dumptool runbook check cassandra-empty --hosts a,b --wait 5m
here dumptool import --cassandra a:9042,b:9042 --zookeeper a:2181,b:2181 it's.json
a service supervisor-config start
b service supervisor-config start
here dumptool runbook check services-started --hosts a,b --wait 5m
a service contrail-hamon start
b service contrail-hamon start
`
		if d := cmp.Diff(want, log); d != "" {
			t.Errorf("in container %v: %s", inContainer, d)
		}
		for _, h := range []string{"a", "b"} {
			if m.exists(h+"/var/lib/cassandra/data") || m.exists(h+"/var/lib/zookeeper/version-2/log.1") {
				t.Errorf("%s was not wiped", h)
			}
			if !m.exists(h+"/var/lib/cassandra-save/data/ks/t/x.db") || !m.exists(h+"/var/lib/zookeeper/version-2-save/a b") {
				t.Errorf("%s was not kept", h)
			}
		}
	}
}

// Whatever does not hold stops the script before anything is wiped.
func TestScriptStops(t *testing.T) {
	for _, c := range []struct {
		name, fail, input string
		wants             string // in what it prints
	}{
		{"damaged dump", "here-dumptool-info", "yes\nyes\n", "step 1: look at the dump"},
		{"findings", "here-dumptool-validate", "yes\nyes\n", "agrees with itself"},
		{"services run", "here-dumptool-services-stopped", "yes\nyes\n", "8082"},
		{"one host fails", "b-service-zookeeper", "yes\nyes\n", "step 4: b: stop ZooKeeper"},
		{"Kafka runs", "here-dumptool-kafka-stopped", "yes\nyes\n", "9092"},
		{"not yes", "nothing", "no\n", "stopped."},
		{"nobody there", "nothing", "", ""},
	} {
		m := newMachines(t, "a", "b")
		m.fail(c.fail)
		book, err := Restore(Options{Hosts: []string{"a", "b"}, Dump: "d.json"})
		if err != nil {
			t.Fatal(err)
		}
		log, out, ok := m.run(book, c.input, "1")
		if ok || !strings.Contains(out, c.wants) {
			t.Errorf("%s: done %v\n%s\n%s", c.name, ok, log, out)
		}
		for _, h := range []string{"a", "b"} {
			if !m.exists(h+"/var/lib/cassandra/data/ks/t/x.db") || !m.exists(h+"/var/lib/zookeeper/version-2/log.1") {
				t.Errorf("%s: %s was wiped", c.name, h)
			}
		}
	}
}

// A copy that is not one is no reason to wipe, also when somebody begins at that step.
func TestScriptComparesBeforeItWipes(t *testing.T) {
	m := newMachines(t, "a")
	book, err := Restore(Options{Hosts: []string{"a"}, Dump: "d.json"})
	if err != nil {
		t.Fatal(err)
	}
	if _, out, ok := m.run(book, "yes\nyes\n", "9"); ok || !strings.Contains(out, "is no copy") {
		t.Errorf("wiped without a copy: %s", out)
	}
	m.fail("here-dumptool-zookeeper-empty")
	if _, out, ok := m.run(book, "yes\nyes\n", "7"); ok || !strings.Contains(out, "step 11") {
		t.Fatalf("%s", out)
	}
	// Going back to an earlier step does not copy the wiped folders over the kept ones.
	if _, out, ok := m.run(book, "yes\nyes\n", "7"); ok || !strings.Contains(out, "is there already") {
		t.Errorf("copied again: %s", out)
	}
	m.mend("here-dumptool-zookeeper-empty")
	if log, out, ok := m.run(book, "", "11"); !ok || !strings.Contains(log, "dumptool import") {
		t.Errorf("%s\n%s", log, out)
	}
}
