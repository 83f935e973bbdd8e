#!/bin/sh
# Back up the configuration databases.
#
# Run it on a machine that has dumptool and reaches the hosts with ssh and without a password. It stops at the first
# command that fails and at the first check that does not hold; "sh backup.sh N" begins again at step N.
#
#   SSH   the command that reaches a host (default: ssh -o BatchMode=yes -l root)
#   YES   1 for not asking; otherwise it asks before what destroys data, and where somebody has to look
#
# The state of these databases belongs together with that of other systems, of the orchestrator first of all:
# back all of them up at the same time, with writes stopped everywhere.
#
# The commands of dumptool are given on one machine that reaches the databases of all controllers.

set -eu
ssh=${SSH:-ssh -o BatchMode=yes -l root}
first=${1:-1}

# ask QUESTION goes on only after a yes.
ask() {
  [ "${YES:-}" = 1 ] && return 0
  printf '%s Type yes to go on: ' "$1"
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

# on HOST gives the commands of standard input inside of the controller container of a host.
on() {
  $ssh "$1" 'id=$(docker ps -q --filter name=controller); set -- $id
    [ $# = 1 ] || { echo "want one container named controller, found $#" >&2; exit 1; }
    exec docker exec -i "$1" /bin/bash -c "script=\$(cat); exec /bin/bash -eu -c \"\$script\" </dev/null"'
}

if step 1 'stop writes through the northbound APIs, on all systems'; then
  # For example by blocking the external virtual address at the load balancer. The services themselves go on
  # running.
  ask 'Stop writes through the northbound APIs, on all systems. Does this hold: a write through the API'\''s external address is refused?'
fi

if step 2 export; then
  # The export fails if anything changed while it was running, and names what did: then something still
  # writes.
  dumptool export --require-quiet --cassandra '10.0.0.1:9042,[fd00::2]:9042' --zookeeper '10.0.0.1:2181,[fd00::2]:2181' --api-conf /etc/contrail/contrail-api.conf --cluster-id c1 -o 'it'\''s a dump.zst' || broken export
  dumptool info 'it'\''s a dump.zst' || broken 'not so: the file is a whole dump'
  dumptool validate 'it'\''s a dump.zst' || broken 'not so: what is in it agrees with itself'
fi

echo '== done'
echo 'Let writes in again.'
echo 'To share a backup without the keyspace of the device manager: dumptool filter --omit-keyspace dm_keyspace '\''it'\''\'\'''\''s a dump.zst'\'' -o FILE. To share it without passwords and keys: dumptool redact '\''it'\''\'\'''\''s a dump.zst'\'' -o FILE.'
