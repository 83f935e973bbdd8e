"""Inconsistent leftovers in dumps: what derives from nothing, and what lacks although something implies it.

Real databases have them: a transaction of the API server that stopped half-way, a row that somebody deleted by hand.
"""

import random

import dumpfile
from random_dumps import Doc, Spelling


def put(r, texts, count):
    """The dumps with count leftovers: what agrees with nothing that it derives from."""
    docs = [Doc.of(text) for text in texts]
    for _ in range(count):
        seed = r.random()
        for doc in docs if r.random() < 0.4 else [r.choice(docs)]:
            leave(random.Random(seed), doc)
    return [Spelling(r, plain=True).document(doc) for doc in docs]


def leave(r, doc):
    config = doc.keyspaces.get(dumpfile.OBJECT_KEYSPACE, {})
    rows, names = config.get(dumpfile.UUID_TABLE) or {}, config.get(dumpfile.NAME_TABLE) or {}
    uuid = "dead%04x-0000-4000-8000-000000000000" % r.randrange(1 << 16)
    stat = [9, 9, 1600000000000, 1600000000000, 0, 0, 0, 0, 36, 0, 9]
    # Objects in the order of their uuids, so that all dumps choose the same ones.
    row = rows[r.choice(sorted(rows))] if rows else {}
    links = sorted(c for c in row if c.startswith(("backref:", "children:")))
    what = r.randrange(9)
    if what == 0 and rows:
        row[r.choice(["backref:virtual_machine_interface:", "children:virtual_network:"]) + uuid] = ["null", 1]
    elif what == 1 and links:
        del row[r.choice(links)]
    elif what == 2 and links:
        row[r.choice(links)] = ['{"attr": {"left": "over"}}', 1]
    elif what == 3:
        names.setdefault("virtual_network", {})["default-domain:gone:%s" % uuid] = ["null", 1]
    elif what == 4 and names.get("virtual_network"):
        columns = names["virtual_network"]
        del columns[r.choice(sorted(columns))]
    elif what == 5:
        config.setdefault(dumpfile.SHARED_TABLE, {}).setdefault("virtual_network", {})["global::" + uuid] = ["7", 1]
    elif what == 6:
        doc.nodes.append(["/fq-name-to-uuid/virtual_network:default-domain:gone:n-%s" % uuid, uuid, stat])
    elif what == 7:
        doc.nodes.append(["/id/virtual-networks/%010d" % r.randrange(10**6, 10**7), "default-domain:gone:" + uuid, stat])
    elif what == 8:
        locks = sorted(n[0] for n in doc.nodes if "fq-name-to-uuid/" in n[0])
        if locks:
            path = r.choice(locks)
            doc.nodes[:] = [n for n in doc.nodes if n[0] != path]
