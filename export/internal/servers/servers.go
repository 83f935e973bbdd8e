// Package servers starts real Cassandra and ZooKeeper servers for tests, on loopback, with addresses and folders of their own.
//
// Each server has an address of its own out of 127.0.0.0/8, so that all use the same ports and none is in another's way.
// What is shared between tests is started once and ended by Stop, from TestMain; servers are ended by their process ids.
// The jars come from Maven; scripts/bootstrap puts them into build/servers.
package servers

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The ports of all servers.
const (
	CQLPort       = 9042
	storagePort   = 7000
	ZooKeeperPort = 2181
	// ZooKeeperTLSPort is only open where TLS is wanted.
	ZooKeeperTLSPort = 2281
	quorumPort       = 2888
	electionPort     = 3888
)

// process is a server that was started.
type process struct {
	name   string
	dir    string
	host   string
	args   []string // of java
	ready  string   // what stands in its log once it is ready
	port   int
	cmd    *exec.Cmd
	ended  chan struct{}
	log    string
	starts int
}

var (
	mu      sync.Mutex
	running = map[*process]bool{}
	temp    []string
	shared  = map[string]any{}
	network = rand.IntN(1 << 14)
)

// Stop ends all servers and removes their folders.
func Stop() {
	mu.Lock()
	list := make([]*process, 0, len(running))
	for p := range running {
		list = append(list, p)
	}
	folders := temp
	temp = nil
	mu.Unlock()
	for _, p := range list {
		p.kill()
	}
	for _, dir := range folders {
		os.RemoveAll(dir)
	}
}

// once starts what is shared under a name, if it was not started yet.
func once[T any](name string, start func() T) T {
	mu.Lock()
	known, ok := shared[name]
	mu.Unlock()
	if ok {
		return known.(T)
	}
	made := start()
	mu.Lock()
	shared[name] = made
	mu.Unlock()
	return made
}

// hosts returns n addresses that nobody uses.
func hosts(n int) []string {
	mu.Lock()
	defer mu.Unlock()
	network = (network + 1) % (1 << 14)
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("127.%d.%d.%d", 100+network>>8, network&0xff, i+1))
	}
	return list
}

func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dumptool-server-")
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	temp = append(temp, dir)
	mu.Unlock()
	return dir
}

// root returns the folder of the module.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("not inside of the module")
		}
		dir = up
	}
}

// jars returns the folder of the jars of a server.
func jars(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(root(t), "build", "servers", name)
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("%v: run scripts/bootstrap", err)
	}
	return dir
}

// start starts a server and waits until it is ready. On a busy machine a node gives up now and then because its seed does
// not answer in time; it gets another try.
func (p *process) start(t testing.TB) {
	t.Helper()
	p.launch(t)
	for range 2 {
		if p.attempt(t, 3*time.Minute) {
			return
		}
		p.kill()
		p.launch(t)
	}
	p.wait(t, 3*time.Minute)
}

// logging is what servers log: as those in production do. Left to themselves they log every request, which takes several times
// as long as to answer it.
const logging = `<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-5level [%thread] %date{ISO8601} %logger{20} - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="out"/></root>
</configuration>
`

func (p *process) launch(t testing.TB) {
	t.Helper()
	p.starts++
	p.log = filepath.Join(p.dir, "log-"+strconv.Itoa(p.starts))
	log, err := os.Create(p.log)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	quiet := filepath.Join(p.dir, "logback.xml")
	if err := os.WriteFile(quiet, []byte(logging), 0o600); err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command("java", append([]string{"-Dlogback.configurationFile=file://" + quiet}, p.args...)...)
	p.cmd.Dir = p.dir
	p.cmd.Stdout, p.cmd.Stderr = log, log
	// A signal to the tests is not one to the servers, and they don't outlive the tests.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := startFromOneThread(p.cmd); err != nil {
		t.Fatal(err)
	}
	p.ended = make(chan struct{})
	mu.Lock()
	running[p] = true
	mu.Unlock()
	go func(cmd *exec.Cmd, ended chan struct{}) {
		_ = cmd.Wait()
		close(ended)
	}(p.cmd, p.ended)
}

// wait waits until the server is ready.
func (p *process) wait(t testing.TB, patience time.Duration) {
	t.Helper()
	if !p.attempt(t, patience) {
		text, _ := os.ReadFile(p.log)
		t.Fatalf("%s has ended: %s", p.name, tail(text))
	}
}

// attempt waits until the server is ready, or returns false once it has ended.
func (p *process) attempt(t testing.TB, patience time.Duration) bool {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		text, _ := os.ReadFile(p.log)
		select {
		case <-p.ended:
			return false
		default:
		}
		if bytes.Contains(text, []byte(p.ready)) {
			if conn, err := net.DialTimeout("tcp", net.JoinHostPort(p.host, strconv.Itoa(p.port)), time.Second); err == nil {
				conn.Close()
				return true
			}
		}
		if time.Since(begin) > patience {
			t.Fatalf("%s is not ready: %s", p.name, tail(text))
		}
	}
}

func tail(text []byte) []byte { return text[max(0, len(text)-3000):] }

// kill ends a server at once.
func (p *process) kill() {
	mu.Lock()
	alive := running[p]
	delete(running, p)
	mu.Unlock()
	if !alive {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
}
