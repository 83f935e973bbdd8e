package runbook

// Backup returns the procedure of a backup.
func Backup(o Options) (*Runbook, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	r := &Runbook{
		Name:  "backup",
		Title: "Back up the configuration databases",
		About: []string{
			"The state of these databases belongs together with that of other systems, of the orchestrator first of all: back all of them up at the same time, with writes stopped everywhere.",
			"The commands of dumptool are given on one machine that reaches the databases of all controllers.",
		},
		After: []string{
			"Let writes in again.",
			"To share a backup without the keyspace of the device manager: dumptool filter --omit-keyspace dm_keyspace " + o.dump() + " -o FILE. To share it without passwords and keys: dumptool redact " + o.dump() + " -o FILE.",
		},
		options: o,
	}
	r.Steps = []Step{
		{
			ID: "block-writes", Title: "stop writes through the northbound APIs, on all systems", Where: Operator,
			Notes:  []string{"For example by blocking the external virtual address at the load balancer. The services themselves go on running."},
			Checks: []Check{{What: "a write through the API's external address is refused"}},
		},
		{
			ID: "export", Title: "export", Where: Here,
			Commands: []string{"dumptool export --require-quiet" + o.live() + " -o " + o.dump()},
			Notes:    []string{"The export fails if anything changed while it was running, and names what did: then something still writes."},
			Checks: []Check{
				{What: "the file is a whole dump", Command: "dumptool info " + o.dump()},
				{What: "what is in it agrees with itself", Command: "dumptool validate " + o.dump()},
			},
		},
	}
	r.number()
	return r, nil
}
