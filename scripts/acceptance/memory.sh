# 10 GB: the peak memory of every command is within the budget of 256 MiB.
objects=${ACCEPTANCE_OBJECTS:-3950000}
dumptool -q generate --objects "$objects" --seed 1 -o before.json --changes 100 --after after.json
uuid=$(set +o pipefail; head -c 100000000 before.json | tail -c 3000000 | grep -o '"[0-9a-f]\{8\}-[0-9a-f-]\{27\}": {' | head -n 1 | cut -c 2-37)
measure() {
  python3 -c '
import os, subprocess, sys, time
start = time.monotonic()
p = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(p.pid, 0)
mib = usage.ru_maxrss / 1024
print(f"{time.monotonic() - start:7.1f} s  {usage.ru_utime + usage.ru_stime:7.1f} s CPU  {mib:6.1f} MiB  {" ".join(sys.argv[1:4])}", flush=True)
sys.exit(mib > 256 or os.waitstatus_to_exitcode(status) > 1)' "$@"
}
stat -c '%s bytes' before.json
measure dumptool info --json before.json
measure dumptool pretty before.json
measure dumptool get before.json "$uuid"
measure dumptool get --raw before.json "config_db_uuid/obj_uuid_table/$uuid"
measure dumptool ls before.json type:virtual_network
measure dumptool find before.json no-such-text
measure dumptool query before.json fq_name
measure dumptool diff before.json after.json
