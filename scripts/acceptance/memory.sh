# 10 GB: the peak memory of every command is within the budget of 256 MiB, and with an index little is read.
objects=${ACCEPTANCE_OBJECTS:-3950000}
dumptool -q generate --objects "$objects" --seed 1 -o before.json --changes 100 --after after.json
# A row from the middle of the table of objects.
uuid=$(set +o pipefail
  dd if=before.json bs=1M skip=$(($(stat -c %s before.json) / 3 / 1048576)) count=1 status=none |
  grep -o '"[0-9a-f]\{8\}-[0-9a-f-]\{27\}": {' | head -n 1 | cut -c 2-37)
stat -c '%s bytes' before.json
printf 'job\twall s\tCPU s\tMiB\tMiB read\n'
measure() { # NAME ARGUMENT...
  local name=$1
  shift
  python3 "$MEASURE" --memory 256 "$name" dumptool -q "$@"
}
measure info info --json before.json
measure pretty pretty before.json
measure get get before.json "$uuid"
measure "get --raw" get --raw before.json "config_db_uuid/obj_uuid_table/$uuid"
measure ls ls before.json type:virtual_network
measure find find before.json no-such-text
measure query query before.json fq_name
measure diff diff before.json after.json
measure filter filter before.json --omit-keyspace useragent -o /dev/null
measure "filter --closure" filter before.json --subtree domain:default-domain --closure -o /dev/null
measure compress compress before.json
measure compress compress after.json
rm after.json

name=$(dumptool get --json before.json.zst "$uuid" | jq -r '.type + ":" + (.fq_name | join(":"))')
indexed() { # NAME ARGUMENT...
  local name=$1
  shift
  python3 "$MEASURE" --memory 64 --read 2 "$name, indexed" dumptool -q "$@"
}
stat -c '%s bytes indexed' before.json.zst
indexed info info --json before.json.zst
indexed "get UUID" get before.json.zst "$uuid"
indexed "get TYPE:NAME" get before.json.zst "$name"
indexed ls ls before.json.zst
measure "diff, indexed" diff before.json.zst after.json.zst
measure verify verify before.json.zst
measure decompress decompress before.json.zst -o again.json
cmp before.json again.json
rm again.json
measure "filter, indexed" filter before.json.zst --omit-keyspace useragent -o part.json.zst
measure "verify of that" verify part.json.zst
dumptool -q decompress part.json.zst -o - | cmp - <(dumptool -q filter before.json --omit-keyspace useragent)
