# A million objects: the changes that diff finds are those that the generator made. A quarter of that: an independent
# program, which holds both dumps in memory, finds them too.
agree() { # OBJECTS SEED
  dumptool -q generate --force --objects "$1" --seed "$2" -o before.json --changes 2000 --after after.json --truth truth.json
  dumptool -q diff --exit-zero --json before.json after.json >diff.json
  jq -S '[.changes[] | del(.fields[]?.edits, .fields[]?.old_timestamp, .fields[]?.new_timestamp)]' diff.json >a.json
  jq -S '.changes' truth.json >b.json
  cmp a.json b.json
  echo "$1 objects, seed $2: $(jq '.changes | length' diff.json) changes agree"
}
agree 1000000 1
agree 1000000 2
agree 250000 3
python3 "$ORACLE/primary_changes.py" before.json after.json --compare diff.json
