#!/bin/sh
# Restore the configuration databases.
#
# Run it on a machine that has dumptool and reaches the hosts with ssh and without a password. It stops at the first
# command that fails and at the first check that does not hold; "sh restore.sh N" begins again at step N.
#
#   SSH   the command that reaches a host (default: ssh -o BatchMode=yes -l root)
#   YES   1 for not asking; otherwise it asks before what destroys data, and where somebody has to look
#
# Everything that the databases hold now is replaced by the dump. Restore the other systems, the orchestrator
# first of all, to the same point in time.
#
# The steps are in order for all controllers: finish a step on every host, then its check, then go on.
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

if step 1 'look at the dump'; then
  dumptool info 'it'\''s a dump.zst' || broken 'look at the dump'
  dumptool validate 'it'\''s a dump.zst' || broken 'not so: what is in it agrees with itself'
fi

if step 2 'stop the configuration services'; then
  # Where the service is present.
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'stop the configuration services'
if [ -e /etc/init.d/supervisor-config ] || [ -e /etc/init/supervisor-config.conf ] || systemctl cat supervisor-config >/dev/null 2>&1; then
  service supervisor-config stop
else
  echo "no supervisor-config here"
fi
END
  done
  dumptool runbook check services-stopped --hosts 10.0.0.1,fd00::2 --cluster-id c1 || broken 'not so: port 8082 is closed, and no API server, schema transformer, service monitor or device manager holds its election node in ZooKeeper'
fi

if step 3 'stop Cassandra'; then
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'stop Cassandra'
service cassandra stop
END
  done
  dumptool runbook check cassandra-stopped --hosts 10.0.0.1,fd00::2 --cluster-id c1 || broken 'not so: ports 9042, 9160 and 7000 are closed'
fi

if step 4 'stop ZooKeeper'; then
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'stop ZooKeeper'
service zookeeper stop
END
  done
  dumptool runbook check zookeeper-stopped --hosts 10.0.0.1,fd00::2 --cluster-id c1 || broken 'not so: port 2181 is closed'
fi

if step 5 'stop Kafka'; then
  for host in 10.0.0.1 fd00::2 a1; do
    on "$host" <<'END' || broken "$host: "'stop Kafka'
if [ -e /etc/init.d/kafka ] || [ -e /etc/init/kafka.conf ] || systemctl cat kafka >/dev/null 2>&1; then
  service kafka stop
else
  echo "no kafka here"
fi
END
  done
  dumptool runbook check kafka-stopped --hosts 10.0.0.1,fd00::2,a1 --cluster-id c1 || broken 'not so: port 9092 is closed'
fi

if step 6 'stop contrail-hamon'; then
  # Where it is running. Remember where that was.
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'stop contrail-hamon'
if service contrail-hamon status >/dev/null 2>&1; then
  service contrail-hamon stop
  touch /var/tmp/dumptool-hamon-ran
fi
END
  done
fi

if step 7 'keep ZooKeeper'\''s data'; then
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'keep ZooKeeper'\''s data'
cd /var/lib/zookeeper
[ ! -e version-2-save ] || { echo "/var/lib/zookeeper/version-2-save is there already: is it needed? move it away" >&2; exit 1; }
cp -Rp version-2 version-2-save
END
  done
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'not so: the copy has as many files and bytes'
cd /var/lib/zookeeper
measure() { find "$1" -type f -printf '%s\n' | awk '{ bytes += $1 } END { printf "%d %.0f\n", NR, bytes }'; }
[ "$(measure version-2)" = "$(measure version-2-save)" ]
END
  done
fi

if step 8 'keep Cassandra'\''s data'; then
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'keep Cassandra'\''s data'
cd /var/lib
[ ! -e cassandra-save ] || { echo "/var/lib/cassandra-save is there already: is it needed? move it away" >&2; exit 1; }
cp -Rp cassandra cassandra-save
END
  done
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'not so: the copy has as many files and bytes'
cd /var/lib
measure() { find "$1" -type f -printf '%s\n' | awk '{ bytes += $1 } END { printf "%d %.0f\n", NR, bytes }'; }
[ "$(measure cassandra)" = "$(measure cassandra-save)" ]
END
  done
fi

if step 9 'wipe ZooKeeper'\''s data'; then
  # Only after the copies were compared on every host, and the dump was validated.
  ask 'This will wipe ZooKeeper'\''s data on 10.0.0.1, fd00::2.'
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'wipe ZooKeeper'\''s data'
cd /var/lib/zookeeper
measure() { find "$1" -type f -printf '%s\n' | awk '{ bytes += $1 } END { printf "%d %.0f\n", NR, bytes }'; }
[ "$(measure version-2)" = "$(measure version-2-save)" ] || [ -z "$(ls version-2)" ] || { echo "/var/lib/zookeeper/version-2-save is no copy of version-2" >&2; exit 1; }
rm -rf /var/lib/zookeeper/version-2/*
END
  done
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'not so: the folder is empty'
[ -z "$(ls /var/lib/zookeeper/version-2)" ]
END
  done
fi

if step 10 'wipe Cassandra'\''s data'; then
  # Only after the copies were compared on every host, and the dump was validated.
  ask 'This will wipe Cassandra'\''s data on 10.0.0.1, fd00::2.'
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'wipe Cassandra'\''s data'
cd /var/lib
measure() { find "$1" -type f -printf '%s\n' | awk '{ bytes += $1 } END { printf "%d %.0f\n", NR, bytes }'; }
[ "$(measure cassandra)" = "$(measure cassandra-save)" ] || [ -z "$(ls cassandra)" ] || { echo "/var/lib/cassandra-save is no copy of cassandra" >&2; exit 1; }
rm -rf /var/lib/cassandra/*
END
  done
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'not so: the folder is empty'
[ -z "$(ls /var/lib/cassandra)" ]
END
  done
fi

if step 11 'start ZooKeeper'; then
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'start ZooKeeper'
service zookeeper start
END
  done
  dumptool runbook check zookeeper-empty --hosts 10.0.0.1,fd00::2 --cluster-id c1 --wait 2m || broken 'not so: one leader, the others follow, and there are no nodes but ZooKeeper'\''s own'
fi

if step 12 'start Cassandra'; then
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'start Cassandra'
service cassandra start
END
  done
  dumptool runbook check cassandra-empty --hosts 10.0.0.1,fd00::2 --cluster-id c1 --wait 5m || broken 'not so: all nodes are up and agree about the schema, and there is no keyspace of the configuration'
fi

if step 13 'import, once'; then
  # It checks the dump and the databases before it writes, and reads everything back afterwards.
  # After an interruption give the same command with --resume.
  resume=
  [ ! -e 'it'\''s a dump.zst'.import ] || resume=--resume
  dumptool import $resume${YES:+ --yes} --cassandra '10.0.0.1:9042,[fd00::2]:9042' --zookeeper '10.0.0.1:2181,[fd00::2]:2181' --api-conf /etc/contrail/contrail-api.conf --cluster-id c1 'it'\''s a dump.zst' || broken 'import, once'
fi

if step 14 'start the configuration services'; then
  # Where the service is present.
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'start the configuration services'
if [ -e /etc/init.d/supervisor-config ] || [ -e /etc/init/supervisor-config.conf ] || systemctl cat supervisor-config >/dev/null 2>&1; then
  service supervisor-config start
else
  echo "no supervisor-config here"
fi
END
  done
  dumptool runbook check services-started --hosts 10.0.0.1,fd00::2 --cluster-id c1 --wait 5m || broken 'not so: port 8082 is open, and the election nodes are there'
fi

if step 15 'start Kafka'; then
  for host in 10.0.0.1 fd00::2 a1; do
    on "$host" <<'END' || broken "$host: "'start Kafka'
if [ -e /etc/init.d/kafka ] || [ -e /etc/init/kafka.conf ] || systemctl cat kafka >/dev/null 2>&1; then
  service kafka start
else
  echo "no kafka here"
fi
END
  done
fi

if step 16 'start contrail-hamon'; then
  # Where it ran before.
  for host in 10.0.0.1 fd00::2; do
    on "$host" <<'END' || broken "$host: "'start contrail-hamon'
if [ -e /var/tmp/dumptool-hamon-ran ]; then
  service contrail-hamon start
  rm -f /var/tmp/dumptool-hamon-ran
fi
END
  done
fi

echo '== done'
echo 'Keep version-2-save and cassandra-save on every host until the system has proven itself, then remove them: they hold passwords and keys.'
echo 'To go back: stop the databases as above, put the two saved folders back in place on every host, and start them.'
