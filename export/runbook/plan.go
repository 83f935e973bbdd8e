package runbook

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Options say for which system a runbook is.
type Options struct {
	Hosts         []string // the controllers
	KafkaHosts    []string // analytics controllers that run Kafka too, beside Hosts; may be empty
	Containerized bool     // the services run in a controller container on each host
	Dump          string   // the file to write or to restore
	APIConf       string   // the API server's configuration file; "" for the usual place
	ClusterID     string   // prefix of keyspaces and nodes; "" for what the configuration says
}

var (
	// A host ends up on command lines of other machines: letters, digits and what addresses need, no leading dash.
	hostName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]*$`)
	clusterName = regexp.MustCompile(`^[A-Za-z0-9_.-]*$`)
)

// Check returns what is wrong with the options.
func (o *Options) Check() error {
	if len(o.Hosts) == 0 {
		return errors.New("no hosts")
	}
	seen := map[string]bool{}
	for _, h := range append(append([]string(nil), o.Hosts...), o.KafkaHosts...) {
		switch {
		case !hostName.MatchString(h):
			return fmt.Errorf("%q is not the name or address of a host", h)
		case seen[h]:
			return fmt.Errorf("host %s is named twice", h)
		}
		seen[h] = true
	}
	if !clusterName.MatchString(o.ClusterID) {
		return fmt.Errorf("%q is not a cluster id", o.ClusterID)
	}
	if o.Dump == "" || strings.ContainsAny(o.Dump, "\x00\n\r") {
		return fmt.Errorf("%q is not the name of a file", o.Dump)
	}
	return nil
}

// Where says where the commands of a step are given.
type Where string

// The places.
const (
	AllHosts   Where = "all"      // on every controller
	KafkaHosts Where = "kafka"    // on every controller, and on the analytics controllers
	Here       Where = "here"     // on one machine that reaches the databases and has dumptool
	Operator   Where = "operator" // by hand, on other systems
)

// Runbook is a procedure.
type Runbook struct {
	Name  string // backup or restore
	Title string
	About []string // what to know before, a sentence each
	Steps []Step
	After []string // what to know when it is done

	options Options
}

// Step is one step of a procedure.
type Step struct {
	Number int
	ID     string
	Title  string
	Where  Where
	Hosts  []string // where the commands are given; empty for Here and Operator
	// Commands are what a person gives, one after the other.
	Commands []string
	// Guarded is what the script gives instead, where a person would look before and a script has to ask; "" if that
	// is the commands.
	Guarded string
	// Wipes tells that the commands destroy data: the script asks before it.
	Wipes bool
	Notes []string
	// Checks are what has to hold before the next step.
	Checks []Check
}

// Check is what has to hold before the next step.
type Check struct {
	What string
	// Command is given on the machine of Here; "" if a person has to look.
	Command string
	// OnHosts is given on every host of the step instead.
	OnHosts string
}

// script returns what the script gives on a host or here.
func (s *Step) script() string {
	if s.Guarded != "" {
		return s.Guarded
	}
	return strings.Join(s.Commands, "\n")
}

// number numbers the steps.
func (r *Runbook) number() {
	for i := range r.Steps {
		r.Steps[i].Number = i + 1
	}
}

// quote writes a word for a POSIX shell.
func quote(word string) string {
	if word != "" && strings.IndexFunc(word, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r))
	}) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// dump returns the file as an operand: a leading dash would be taken for a flag.
func (o *Options) dump() string {
	if strings.HasPrefix(o.Dump, "-") {
		return quote("./" + o.Dump)
	}
	return quote(o.Dump)
}

// live returns the flags that say where the databases are.
func (o *Options) live() string {
	var ports [2][]string
	for _, h := range o.Hosts {
		if strings.Contains(h, ":") { // an IPv6 address
			h = "[" + h + "]"
		}
		ports[0] = append(ports[0], h+":9042")
		ports[1] = append(ports[1], h+":2181")
	}
	flags := " --cassandra " + quote(strings.Join(ports[0], ",")) + " --zookeeper " + quote(strings.Join(ports[1], ","))
	if o.APIConf != "" {
		flags += " --api-conf " + quote(o.APIConf)
	}
	if o.ClusterID != "" {
		flags += " --cluster-id " + quote(o.ClusterID)
	}
	return flags
}

// check returns the command that asks the hosts for a condition.
func (o *Options) check(name string, hosts []string) string {
	c := "dumptool runbook check " + name + " --hosts " + quote(strings.Join(hosts, ","))
	if o.ClusterID != "" {
		c += " --cluster-id " + quote(o.ClusterID)
	}
	return c
}
