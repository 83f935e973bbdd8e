package lint

import (
	"fmt"
	"strings"
	"testing"
)

const module = "github.com/dumptool/dumptool"

// ranks orders the top-level folders: code may import what ranks lower, and its own folder. Folders of one rank don't
// know each other.
var ranks = map[string]int{
	"cmd":      4,
	"scripts":  4,
	"diff":     3,
	"export":   3,
	"filter":   3,
	"generate": 3,
	"inspect":  3,
	"pretty":   3,
	"validate": 3,
	"web":      3,
	"contrail": 2,
	"dump":     1,
	"internal": 0,
}

// confined lists what only some folders may import: drivers behind the packages that hide them, the terminal behind the
// commands.
var confined = map[string][]string{
	"github.com/gocql/gocql":       {"export/cassandra"},
	"github.com/go-zookeeper/zk":   {"export/zookeeper"},
	"gopkg.in/ini.v1":              {"export/conf"},
	"github.com/spf13/cobra":       {"cmd"},
	"github.com/spf13/pflag":       {"cmd"},
	"golang.org/x/term":            {"cmd"},
	"charm.land":                   {"cmd"},
	"github.com/charmbracelet":     {"cmd"},
	"pgregory.net/rapid":           {},
	"github.com/SaveTheRbtz":       {},
	"github.com/google/go-cmp":     {},
	"github.com/rogpeppe":          {},
	"github.com/santhosh-tekuri":   {},
	"go.uber.org/goleak":           {},
	"github.com/chromedp/chromedp": {},
}

// checkImport returns what is wrong when a file in dir (slashes, relative to the module) imports path; "" for nothing.
func checkImport(dir, path string) string {
	for what, where := range confined {
		if within(path, what) && !withinAny(dir, where) {
			if len(where) == 0 {
				return fmt.Sprintf("%s imports %s, which only tests may", dir, path)
			}
			return fmt.Sprintf("%s imports %s, which is for %s only", dir, path, strings.Join(where, ", "))
		}
	}
	imported, ours := strings.CutPrefix(path, module+"/")
	if !ours {
		return ""
	}
	from, to := topFolder(dir), topFolder(imported)
	for _, folder := range []string{from, to} {
		if _, known := ranks[folder]; !known {
			return fmt.Sprintf("%s: the folder %q has no rank yet: give it one", dir, folder)
		}
	}
	if from != to && ranks[from] <= ranks[to] {
		return fmt.Sprintf("%s imports %s: imports go downwards only", dir, path)
	}
	return ""
}

func topFolder(path string) string {
	top, _, _ := strings.Cut(path, "/")
	return top
}

func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func withinAny(path string, folders []string) bool {
	for _, folder := range folders {
		if within(path, folder) {
			return true
		}
	}
	return false
}

func TestImports(t *testing.T) {
	for _, f := range sources(t) {
		for _, path := range f.imports() {
			if problem := checkImport(f.dir, path); problem != "" {
				t.Errorf("%s: %s", f.name, problem)
			}
		}
	}
}

// The rules themselves: a rule that lets everything pass would not be noticed otherwise.
func TestCheckImport(t *testing.T) {
	for _, c := range []struct {
		dir, path string
		ok        bool
	}{
		{"cmd/dumptool", module + "/diff/render", true},
		{"cmd/dumptool", module + "/internal/humanize", true},
		{"cmd/dumptool", "github.com/spf13/cobra/doc", true},
		{"diff/render", module + "/diff", true},
		{"diff", module + "/contrail", true},
		{"validate", module + "/dump/index", true},
		{"contrail", module + "/dump", true},
		{"dump", module + "/internal/jsonscan", true},
		{"export/cassandra", "github.com/gocql/gocql", true},
		{"dump", "encoding/json", true},

		{"dump", module + "/contrail", false},
		{"dump", module + "/diff", false},
		{"contrail", module + "/filter", false},
		{"diff", module + "/filter", false},
		{"internal/humanize", module + "/dump", false},
		{"diff", module + "/cmd/internal/term", false},
		{"diff", module + "/helpers", false},
		{"helpers", module + "/dump", false},
		{"export", "github.com/gocql/gocql", false},
		{"export/cassandra", "github.com/go-zookeeper/zk", false},
		{"diff", "github.com/spf13/pflag", false},
		{"dump", "pgregory.net/rapid", false},
		{"cmd/dumptool", "github.com/rogpeppe/go-internal/testscript", false},
	} {
		if problem := checkImport(c.dir, c.path); (problem == "") != c.ok {
			t.Errorf("%s importing %s: %q, want ok %v", c.dir, c.path, problem, c.ok)
		}
	}
}
