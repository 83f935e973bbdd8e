"""Splits odd random dumps and looks at what comes of it, without any code of dumptool.

Laws: (1) join gives the same bytes; (2) every volume is a dump that can be read,
and what stands in the volumes together is what stood in the dump; (3) so is what
join makes without the order part; (4) sizes and digests in the manifest are right.
"""

import hashlib
import json
import os
import subprocess
import sys

import dumpfile
import random_runs
import zkpath
from random_dumps import Doc, Spelling, base


def content(stored):
    """All that stands in a dump, in an order that doesn't depend on how it stands there."""
    dump, out = dumpfile.read(stored), set()
    for ks, tables in dump.keyspaces.items():
        out.add(repr((ks,)))
        for t, rows in tables.items():
            out.add(repr((ks, t)))
            for key, row in rows.items():
                out.add(repr((ks, t, key)))
                for name, cell in row.items():
                    out.add(repr((ks, t, key, name, json.dumps(plain(Doc.cell(cell))))))
    for node in dump.nodes:
        out.add(repr((zkpath.normal(node.path), node.data, [x.text for x in node.stat])))
    for name, value in dump.members.items():
        out.add(repr((name, dumpfile.to_json(value))))
    return out


def plain(value):
    return [plain(v) for v in value] if isinstance(value, list) else str(value) if value is not None else None


def run(program, *args):
    done = subprocess.run([program, "-q", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        return "%s: exit code %d: %s" % (args, done.returncode, done.stderr.decode("utf-8", "replace"))
    return None


def check(program, folder, r, text):
    path, out, back = (os.path.join(folder, n) for n in ("d.json", "v", "back.json"))
    with open(path, "wb") as file:
        file.write(text)
    by = r.choice(["size", "size", "keyspace", "table", "type", "project"])
    how = ["--volume-size", str(r.choice([1024, 1500, 5000]))] if by == "size" else ["--by", by]
    manifest = os.path.join(out, "manifest.json")
    wrong = run(program, "split", path, *how, "-o", out) or run(program, "join", manifest, "-o", back)
    if wrong:
        return wrong
    with open(back, "rb") as file:
        if file.read() != text:
            return "law 1: %s: other bytes" % by
    with open(manifest, "rb") as file:
        m = json.load(file)
    want, got = content(text), set()
    if (m["bytes"], m["sha256"]) != (len(text), hashlib.sha256(text).hexdigest()):
        return "law 4: the whole"
    for v in m["volumes"]:
        with open(os.path.join(out, v["file"]), "rb") as file:
            volume = file.read()
        if (v["bytes"], v["stored_bytes"], v["sha256"]) != (len(volume), len(volume), hashlib.sha256(volume).hexdigest()):
            return "law 4: %s" % v["file"]
        got |= content(volume)
    if got != want:
        return "law 2: %s: %s" % (by, sorted(got ^ want)[:3])
    del m["order"]
    with open(manifest, "w") as file:
        json.dump(m, file)
    wrong = run(program, "join", "--force", manifest, "-o", back)
    if wrong:
        return wrong
    with open(back, "rb") as file:
        got = content(file.read())
    if got != want:
        return "law 3: %s: %s" % (by, sorted(got ^ want)[:3])
    return None


def main(args):
    options = random_runs.options("hold dumptool split and join to their laws", args)

    def case(r, dumps, folder):
        doc = random_runs.changed(r, base(r, dumps), [0, 3, 20, 60])
        text = Spelling(r, r.random() < 0.2).document(doc)
        return {"whole": text}, check(options.program, folder, r, text)

    return random_runs.run(options, case, "dumps")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
