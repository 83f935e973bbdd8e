package main

import "github.com/spf13/cobra"

// newHelpTopics returns the texts of "help TOPIC".
func newHelpTopics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "files", Short: "What FILE can be, and how files are written", Long: filesTopic},
		{Use: "exit-codes", Short: "What the exit codes mean", Long: exitCodesTopic},
		{Use: "environment", Short: "Environment variables", Long: environmentTopic},
	}
}

const filesTopic = `
Files

Reading. FILE is a dump, recognised by its content and not by its name. "-" is standard input, "live:"
the databases. The manifest that "split" writes opens as the whole dump; its volumes lie in its folder, or in one that
--volume-dir names. With --partial it opens although volumes are missing, and says so.

Writing. -o FILE names the output, "-o -" is standard output. The compression follows the name, .gz or .zst, unless
--compress says otherwise. A file is written whole or not at all: it gets its name, with mode 0600, once it is complete
and on disk. An existing file is refused without --force, a file that is being read always, and so
is a volume of a manifest that is being read. A device or a named pipe is written to directly.

Sizes. 64K, 256M, 2G and 64KiB, 256MiB, 2GiB are powers of 1024; KB, MB, GB are powers of 1000.
`

const exitCodesTopic = `
Exit codes

  0    done; no difference, no finding
  1    differences, findings, or nothing found by a search; 0 with --exit-zero
  2    could not do it: bad usage, unreadable or damaged input, no connection, refused
  3    done in part, and said so
  130  interrupted
  141  nobody reads the output any more, as in "dumptool ... | head"

Take any other code for a failure. The answer goes to standard output, everything else to standard error. With --json an
error is one JSON object on standard error:

  {"error": {"message": "...", "file": "db-dump.json", "offset": 4211, "path": "config_db_uuid/obj_uuid_table/..."}}

where file, offset (in bytes) and path (inside the dump) are null if they are unknown, and "hint" may follow.
`

const environmentTopic = `
Environment

  DUMPTOOL_PAGER, PAGER  the program that pages long answers on a terminal; empty or "cat" for none (default: less -FRX)
  NO_COLOR               if not empty: no colour, unless --color=always
  FORCE_COLOR            if not empty or 0: colour also where the output is not a terminal
  TERM                   "dumb" means neither colour nor a moving progress line
  COLUMNS                the width of answers that don't go to a terminal (default: 80)
  TMPDIR                 the folder for temporary files, unless --tmp-dir
  GOMEMLIMIT             replaces the limit that --memory sets for the garbage collector
  DUMPTOOL_CASSANDRA_PASSWORD
                         the password of --cassandra-user
  DUMPTOOL_ZK_AUTH       the secret of --zk-auth, such as USER:PASSWORD
  SOURCE_DATE_EPOCH      the date of man pages, in seconds since 1970
`
