# Consistent dumps of any size and kind have no finding of warning or above, within the budget.
for kind in "--cluster-id c7" "--four-byte-asn" ""; do
  # shellcheck disable=SC2086
  dumptool generate -q --objects "${ACCEPTANCE_OBJECTS:-3000000}" --seed 9 $kind -o many.json.zst
  "$PYTHON" "$MEASURE" --memory 256 "validate, objects: ${ACCEPTANCE_OBJECTS:-3000000} $kind" \
    sh -c 'dumptool -q validate --fail-on warning -o found.txt many.json.zst || exit 2'
  tail -n 1 found.txt
  rm many.json.zst found.txt
done
dumptool generate -q --objects 100000 --seed 10 --four-byte-asn --unsorted-columns -o wide.json
dumptool validate --fail-on warning --memory 64M wide.json

# What is broken is found in every form, with the same bytes.
dumptool generate -q --objects 20000 --seed 11 -o sound.json
"$PYTHON" - <<'PY'
import json
dump = json.load(open("sound.json"))
rows = dump["cassandra"]["config_db_uuid"]["obj_uuid_table"]
broken = 0
for key in sorted(rows):
    for column in [c for c in rows[key] if c.startswith("backref:")][:1]:
        if broken < 100:
            del rows[key][column]
            broken += 1
json.dump(dump, open("broken.json", "w"))
json.dump(dump, open("indented.json", "w"), indent=4, ensure_ascii=False)
PY
dumptool compress broken.json -o broken.json.zst
for file in broken.json broken.json.zst; do
  dumptool validate --exit-zero --now 2026-01-01T00:00:00Z --json "$file" > "$file.found"
done
cmp broken.json.found broken.json.zst.found
test "$(grep -c '"id":"B-REF-2"' broken.json.found)" = 100
dumptool validate --exit-zero --now 2026-01-01T00:00:00Z --json indented.json > indented.found
cmp broken.json.found indented.found
