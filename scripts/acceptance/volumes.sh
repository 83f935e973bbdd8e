# 10 GB: a dump comes back byte for byte from its volumes, in time and memory beside split and sha256sum.
objects=${ACCEPTANCE_OBJECTS:-3950000}
dumptool -q generate --objects "$objects" --seed 1 -o whole.json
stat -c '%s bytes' whole.json
measure() {
  python3 -c '
import os, subprocess, sys, time
start = time.monotonic()
p = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(p.pid, 0)
mib = usage.ru_maxrss / 1024
print(f"{time.monotonic() - start:7.1f} s  {usage.ru_utime + usage.ru_stime:7.1f} s CPU  {mib:6.1f} MiB  {chr(32).join(sys.argv[1:4])}", flush=True)
sys.exit(mib > 256 or os.waitstatus_to_exitcode(status) != 0)' "$@"
}
for by in "--volume-size 1GiB" "--by table" "--by type"; do
  # shellcheck disable=SC2086 # two words
  measure dumptool -q split $by whole.json -o volumes
  measure dumptool -q join volumes/manifest.json -o joined.json
  cmp whole.json joined.json
  rm -rf volumes joined.json
done
measure sh -c 'split -b 1G whole.json part. && sha256sum whole.json part.*'
rm -f part.*
