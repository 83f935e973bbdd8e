# Random selections of dumps of 20,000 objects, with all that they need and without whole subtrees: nothing dangles, nothing is
# missing, and a slice of a slice is the slice. An independent program judges.
for seed in 1 2 3; do
  dumptool -q generate --objects 20000 --seed "$seed" --unsorted-columns -o "large$seed.json"
  python3 -B "$ORACLE/filter_laws.py" --closures --count 4 --seed "$seed" "large$seed.json"
  rm "large$seed.json"
done
