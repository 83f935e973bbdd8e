# One row with three million columns, and one value of 64 MiB: every command stays within the budget of 256 MiB, and finds
# the one column that differs.
python3 - <<'EOF'
import json
def write(name, odd):
    with open(name, "w") as f:
        f.write('{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"11111111-1111-4111-8111-111111111111": {"fq_name": ["[\\"big\\"]", 1], ')
        f.write('"prop:big": ["\\"' + "0123456789abcdef" * (4 << 20) + '\\"", 1], "type": ["\\"virtual_network\\"", 1]}}, ')
        f.write('"obj_fq_name_table": {"virtual_machine_interface": {')
        for i in range(3_000_000):
            text = "null" if i != odd else "0"
            f.write(f'{", " if i else ""}"default-domain:project-{i % 997}:port-{i}:{i:08x}-0000-4000-8000-{i:012x}": ["{text}", {1600000000000000 + i}]')
        f.write('}}}}, "zookeeper": "[]"}')
write("a.json", -1)
write("b.json", 1_234_567)
EOF
peak() { # COMMAND...: runs it and prints its peak memory in MiB
  python3 -c '
import os, subprocess, sys
p = subprocess.Popen(sys.argv[1:], stdout=open("out", "wb"), stderr=open("err", "wb"))
_, status, usage = os.wait4(p.pid, 0)
print(usage.ru_maxrss // 1024, os.waitstatus_to_exitcode(status))' "$@"
}
for command in "info a.json" "info --json a.json" "ls a.json config_db_uuid/obj_fq_name_table" "get a.json config_db_uuid/obj_uuid_table/11111111-1111-4111-8111-111111111111/type" "get --raw a.json config_db_uuid/obj_uuid_table/11111111-1111-4111-8111-111111111111" \
  "compress a.json" \
  "find a.json no-such-text" "pretty a.json" "diff a.json b.json" "query a.json type"; do
  read -r mib code < <(peak dumptool $command)
  echo "$command: $mib MiB, exit code $code"
  [ "$mib" -le 256 ]
  [ "$code" -le 1 ]
done
dumptool diff --exit-zero --json a.json b.json | jq -e '[.changes[] | .columns[].name] == ["default-domain:project-281:port-1234567:0012d687-0000-4000-8000-00000012d687"]'
