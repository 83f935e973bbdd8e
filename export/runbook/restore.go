package runbook

import (
	"fmt"
	"strings"
)

// Restore returns the procedure of a restore: databases are stopped, kept, wiped, started empty and filled.
func Restore(o Options) (*Runbook, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	kafka := append(append([]string(nil), o.Hosts...), o.KafkaHosts...)
	all := func(s Step) Step {
		s.Where, s.Hosts = AllHosts, o.Hosts
		return s
	}
	r := &Runbook{
		Name:  "restore",
		Title: "Restore the configuration databases",
		About: []string{
			"Everything that the databases hold now is replaced by the dump. Restore the other systems, the orchestrator first of all, to the same point in time.",
			"The steps are in order for all controllers: finish a step on every host, then its check, then go on.",
			"The commands of dumptool are given on one machine that reaches the databases of all controllers.",
		},
		After: []string{
			"Keep version-2-save and cassandra-save on every host until the system has proven itself, then remove them: they hold passwords and keys.",
			"To go back: stop the databases as above, put the two saved folders back in place on every host, and start them.",
		},
		options: o,
	}
	r.Steps = []Step{
		{
			ID: "dump", Title: "look at the dump", Where: Here,
			Commands: []string{"dumptool info " + o.dump()},
			Checks:   []Check{{What: "what is in it agrees with itself", Command: "dumptool validate " + o.dump()}},
		},
		all(Step{
			ID: "stop-services", Title: "stop the configuration services", Notes: []string{"Where the service is present."},
			Commands: []string{"service supervisor-config stop"}, Guarded: stop("supervisor-config"),
			Checks: []Check{{
				What:    "port 8082 is closed, and no API server, schema transformer, service monitor or device manager holds its election node in ZooKeeper",
				Command: o.check("services-stopped", o.Hosts),
			}},
		}),
		all(Step{
			ID: "stop-cassandra", Title: "stop Cassandra", Commands: []string{"service cassandra stop"},
			Checks: []Check{{What: "ports 9042, 9160 and 7000 are closed", Command: o.check("cassandra-stopped", o.Hosts)}},
		}),
		all(Step{
			ID: "stop-zookeeper", Title: "stop ZooKeeper", Commands: []string{"service zookeeper stop"},
			Checks: []Check{{What: "port 2181 is closed", Command: o.check("zookeeper-stopped", o.Hosts)}},
		}),
		{
			ID: "stop-kafka", Title: "stop Kafka", Where: KafkaHosts, Hosts: kafka,
			Commands: []string{"service kafka stop"}, Guarded: stop("kafka"),
			Checks: []Check{{What: "port 9092 is closed", Command: o.check("kafka-stopped", kafka)}},
		},
		all(Step{
			ID: "stop-hamon", Title: "stop contrail-hamon", Notes: []string{"Where it is running. Remember where that was."},
			Commands: []string{"service contrail-hamon stop"},
			Guarded:  "if service contrail-hamon status >/dev/null 2>&1; then\n  service contrail-hamon stop\n  touch /var/tmp/dumptool-hamon-ran\nfi",
		}),
		all(keep("keep-zookeeper", "keep ZooKeeper's data", "/var/lib/zookeeper", "version-2")),
		all(keep("keep-cassandra", "keep Cassandra's data", "/var/lib", "cassandra")),
		all(wipe("wipe-zookeeper", "wipe ZooKeeper's data", "/var/lib/zookeeper", "version-2")),
		all(wipe("wipe-cassandra", "wipe Cassandra's data", "/var/lib", "cassandra")),
		all(Step{
			ID: "start-zookeeper", Title: "start ZooKeeper", Commands: []string{"service zookeeper start"},
			Checks: []Check{{
				What:    "one leader, the others follow, and there are no nodes but ZooKeeper's own",
				Command: o.check("zookeeper-empty", o.Hosts) + " --wait 2m",
			}},
		}),
		all(Step{
			ID: "start-cassandra", Title: "start Cassandra", Commands: []string{"service cassandra start"},
			Checks: []Check{{
				What:    "all nodes are up and agree about the schema, and there is no keyspace of the configuration",
				Command: o.check("cassandra-empty", o.Hosts) + " --wait 5m",
			}},
		}),
		{
			ID: "import", Title: "import, once", Where: Here,
			Commands: []string{"dumptool import" + o.live() + " " + o.dump()},
			Guarded:  "resume=\n  [ ! -e " + o.dump() + ".import ] || resume=--resume\n  dumptool import $resume${YES:+ --yes}" + o.live() + " " + o.dump(),
			Notes: []string{
				"It checks the dump and the databases before it writes, and reads everything back afterwards.",
				"After an interruption give the same command with --resume.",
			},
		},
		all(Step{
			ID: "start-services", Title: "start the configuration services", Notes: []string{"Where the service is present."},
			Commands: []string{"service supervisor-config start"}, Guarded: start("supervisor-config"),
			Checks: []Check{{
				What:    "port 8082 is open, and the election nodes are there",
				Command: o.check("services-started", o.Hosts) + " --wait 5m",
			}},
		}),
		{
			ID: "start-kafka", Title: "start Kafka", Where: KafkaHosts, Hosts: kafka,
			Commands: []string{"service kafka start"}, Guarded: start("kafka"),
		},
		all(Step{
			ID: "start-hamon", Title: "start contrail-hamon", Notes: []string{"Where it ran before."},
			Commands: []string{"service contrail-hamon start"},
			Guarded:  "if [ -e /var/tmp/dumptool-hamon-ran ]; then\n  service contrail-hamon start\n  rm -f /var/tmp/dumptool-hamon-ran\nfi",
		}),
	}
	r.number()
	return r, nil
}

// stop and start return commands for a service that may not be installed on a host.
func stop(service string) string  { return ifPresent(service, "stop") }
func start(service string) string { return ifPresent(service, "start") }

func ifPresent(service, verb string) string {
	return fmt.Sprintf(`if [ -e /etc/init.d/%[1]s ] || [ -e /etc/init/%[1]s.conf ] || systemctl cat %[1]s >/dev/null 2>&1; then
  service %[1]s %[2]s
else
  echo "no %[1]s here"
fi`, service, verb)
}

// measure prints the number of files of a folder and of their bytes.
const measure = `measure() { find "$1" -type f -printf '%s\n' | awk '{ bytes += $1 } END { printf "%d %.0f\n", NR, bytes }'; }`

// keep copies a folder beside itself, with owners and modes so that it can be put back.
func keep(id, title, parent, folder string) Step {
	saved := folder + "-save"
	compare := fmt.Sprintf("cd %s\n%s\n[ \"$(measure %s)\" = \"$(measure %s)\" ]", parent, measure, folder, saved)
	return Step{
		ID: id, Title: title,
		Commands: []string{"cd " + parent, fmt.Sprintf("cp -Rp %s %s", folder, saved)},
		// A copy that is there already would be copied into.
		Guarded: fmt.Sprintf("cd %s\n[ ! -e %s ] || { echo \"%s/%s is there already: is it needed? move it away\" >&2; exit 1; }\ncp -Rp %s %s",
			parent, saved, parent, saved, folder, saved),
		Checks: []Check{{What: "the copy has as many files and bytes", OnHosts: compare}},
	}
}

// wipe empties a folder that was kept.
func wipe(id, title, parent, folder string) Step {
	saved := folder + "-save"
	rm := fmt.Sprintf("rm -rf %s/%s/*", parent, folder)
	return Step{
		ID: id, Title: title, Wipes: true,
		Notes:    []string{"Only after the copies were compared on every host, and the dump was validated."},
		Commands: []string{rm},
		Guarded: strings.Join([]string{
			"cd " + parent, measure,
			fmt.Sprintf("[ \"$(measure %s)\" = \"$(measure %s)\" ] || [ -z \"$(ls %s)\" ] || { echo \"%s/%s is no copy of %s\" >&2; exit 1; }",
				folder, saved, folder, parent, saved, folder),
			rm,
		}, "\n"),
		Checks: []Check{{What: "the folder is empty", OnHosts: fmt.Sprintf("[ -z \"$(ls %s/%s)\" ]", parent, folder)}},
	}
}
