# A generated dump is consistent in the eyes of a checker that shares no code with the generator.
dumptool generate --objects 2000 --seed 5 -o before.json --changes 50 --after after.json
for dump in before.json after.json; do
  "$PYTHON" "$ORACLE/check_consistency.py" "$dump"
done
