# A million objects: the changes that diff finds are those that the generator made, and those that an independent program
# finds in the two files.
for seed in 1 2; do
  dumptool -q generate --force --objects 1000000 --seed $seed -o before.json --changes 2000 --after after.json --truth truth.json
  dumptool -q diff --exit-zero --json before.json after.json >diff.json
  jq -S '[.changes[] | del(.fields[]?.edits, .fields[]?.old_timestamp, .fields[]?.new_timestamp)]' diff.json >a.json
  jq -S '.changes' truth.json >b.json
  cmp a.json b.json
  [ $seed -eq 1 ] && python3 "$ORACLE/primary_changes.py" before.json after.json --compare diff.json
done
echo "agreed: $(jq '.changes | length' diff.json) changes"
