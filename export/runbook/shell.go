package runbook

import (
	"bufio"
	"fmt"
	"strings"
)

// shell writes the runbook as a script for a POSIX shell on the machine that has dumptool and reaches the hosts with
// ssh. What is given on a host goes there as the standard input of its shell, so nothing has to be quoted twice; it is read to its
// end before any of it is done, since a service may read what is left of it.
func (r *Runbook) shell(w *bufio.Writer) {
	fmt.Fprintf(w, `#!/bin/sh
# %[1]s.
#
# Run it on a machine that has dumptool and reaches the hosts with ssh and without a password. It stops at the first
# command that fails and at the first check that does not hold; "sh %[2]s.sh N" begins again at step N.
#
#   SSH   the command that reaches a host (default: ssh -o BatchMode=yes -l root)
#   YES   1 for not asking; otherwise it asks before what destroys data, and where somebody has to look
`, r.Title, r.Name)
	for _, line := range r.About {
		fmt.Fprintf(w, "#\n%s\n", fill(line, "# ", 110))
	}
	fmt.Fprintf(w, `
set -eu
ssh=${SSH:-ssh -o BatchMode=yes -l root}
first=${1:-1}

# ask QUESTION goes on only after a yes.
ask() {
  [ "${YES:-}" = 1 ] && return 0
  printf '%%s Type yes to go on: ' "$1"
  read -r answer
  [ "$answer" = yes ] || { echo "stopped."; exit 1; }
}

# step NUMBER TITLE tells if the step is to be done.
step() {
  now=$1
  [ "$1" -ge "$first" ] || return 1
  echo "== $1. $2"
}

# broken WHAT ends the script.
broken() {
  echo "step $now: $1: stopped. Mend it, then: sh $0 $now" >&2
  exit 1
}

`)
	if r.options.Containerized {
		fmt.Fprint(w, `# on HOST gives the commands of standard input inside of the controller container of a host.
on() {
  $ssh "$1" 'id=$(docker ps -q --filter name=controller); set -- $id
    [ $# = 1 ] || { echo "want one container named controller, found $#" >&2; exit 1; }
    exec docker exec -i "$1" /bin/bash -c "script=\$(cat); exec /bin/bash -eu -c \"\$script\" </dev/null"'
}
`)
	} else {
		fmt.Fprint(w, `# on HOST gives the commands of standard input on a host.
on() {
  $ssh "$1" 'script=$(cat); exec /bin/bash -eu -c "$script" </dev/null'
}
`)
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		fmt.Fprintf(w, "\nif step %d %s; then\n", s.Number, quote(s.Title))
		for _, note := range s.Notes {
			fmt.Fprintf(w, "%s\n", fill(note, "  # ", 110))
		}
		r.shellStep(w, s)
		fmt.Fprint(w, "fi\n")
	}
	fmt.Fprint(w, "\necho '== done'\n")
	for _, line := range r.After {
		fmt.Fprintf(w, "echo %s\n", quote(line))
	}
}

func (r *Runbook) shellStep(w *bufio.Writer, s *Step) {
	if s.Wipes {
		fmt.Fprintf(w, "  ask %s\n", quote(fmt.Sprintf("This will %s on %s.", s.Title, strings.Join(s.Hosts, ", "))))
	}
	switch s.Where {
	case Operator:
		for _, c := range s.Checks {
			fmt.Fprintf(w, "  ask %s\n", quote(upperFirst(s.Title)+". Does this hold: "+c.What+"?"))
		}
		return
	case Here:
		fmt.Fprintf(w, "  %s || broken %s\n", s.script(), quote(s.Title))
	default:
		onHosts(w, s, s.script(), s.Title)
	}
	for _, c := range s.Checks {
		switch {
		case c.Command != "":
			fmt.Fprintf(w, "  %s || broken %s\n", c.Command, quote("not so: "+c.What))
		case c.OnHosts != "":
			onHosts(w, s, c.OnHosts, "not so: "+c.What)
		}
	}
}

// onHosts gives a script on each host of a step.
func onHosts(w *bufio.Writer, s *Step, script, what string) {
	var names []string
	for _, h := range s.Hosts {
		names = append(names, quote(h))
	}
	fmt.Fprintf(w, "  for host in %s; do\n    on \"$host\" <<'END' || broken \"$host: \"%s\n%s\nEND\n  done\n",
		strings.Join(names, " "), quote(what), script)
}
