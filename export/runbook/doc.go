// Package runbook is the operators' procedure for backing up and restoring the configuration databases of a system, as
// data: steps, the commands of each, and what has to hold before the next one may begin. It renders the procedure as
// text, as Markdown, and as a shell script that carries it out over ssh, and it has the checks that ask the hosts
// themselves (ports, ZooKeeper's four-letter words).
//
// # Words
//
// A host is a controller node. "All" means every controller. A check is a condition that stands between two steps; the
// script stops at the first that does not hold, and nothing is wiped before the copies were compared with what they are
// copies of.
package runbook
