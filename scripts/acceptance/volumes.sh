# 10 GB: a dump comes back byte for byte from its volumes, in time and memory beside split and sha256sum.
objects=${ACCEPTANCE_OBJECTS:-3950000}
dumptool -q generate --objects "$objects" --seed 1 -o whole.json
stat -c '%s bytes' whole.json
printf 'job\twall s\tCPU s\tMiB\tMiB read\n'
for by in "--volume-size 1GiB" "--by table" "--by type"; do
  # shellcheck disable=SC2086 # two words
  python3 "$MEASURE" --memory 256 "split $by" dumptool -q split $by whole.json -o volumes
  python3 "$MEASURE" --memory 256 "join" dumptool -q join volumes/manifest.json -o joined.json
  cmp whole.json joined.json
  rm -rf volumes joined.json
done
python3 "$MEASURE" "split -b; sha256sum" sh -c 'split -b 1G whole.json part. && sha256sum whole.json part.*'
rm -f part.*
