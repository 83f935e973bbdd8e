"""Rules about the ZooKeeper list itself and the name locks: B-ZK-1, 4, 7 to 10, B-STR-11 and 12."""

import zkpath
from objectview import is_uuid

NAMES = "fq-name-to-uuid"

# Directories whose children are named by a number, and the highest number there, where it is known.
NUMBERED = {
    "id/virtual-networks": (1 << 24) - 1,
    "id/security-groups/id": 1 << 32,
    "id/bgp/route-targets": None,
    "id/bgp/route-targets/type0": 24777216,
    "id/bgp/route-targets/type1_2": 40768,
    "id/bgpaas/port": None,
    "id/tags/types": None,
    "id/tags/typesUD": None,
    "id/virtual-port-group": None,
    "id/sub-clusters/id": None,
}
# The same one level down, below a router or a tag type.
NUMBERED_BELOW = {"id/aggregated-ethernet": 127, "id/tags/values": None, "id/tags/values/UD": None}
# Directories among the children of the above.
NOT_NUMBERS = {"id/bgp/route-targets/type0", "id/bgp/route-targets/type1_2", "id/tags/values/UD"}


def check(view):
    for path, key in view.dump.repeats:
        view.findings.add("B-STR-11", path, "key %s is repeated" % key)
    listed(view)
    names(view)
    numbers(view)


def listed(view):
    seen, inner = set(), set()
    for node in view.tree.nodes:
        path = zkpath.normal(node.path)
        if path in seen:
            view.findings.add("B-STR-12", path, "listed twice")
        if path in inner:
            view.findings.add("B-ZK-4", path, "listed after a node below it")
        seen.add(path)
        parts = zkpath.components(path)
        inner.update("/" + "/".join(parts[:i]) for i in range(1, len(parts)))
        if len(node.stat) == 11 and node.stat[7].exact() != 0:
            view.findings.add("B-ZK-1", path, "ephemeral")


def names(view):
    locks = {NAMES + "/" + relative: node for relative, node in view.tree.below(NAMES)}
    if not locks:
        return  # old releases have no name locks
    expected = {}
    for row in view.rows.values():
        if row.type is not None and row.fq_name is not None:
            expected[row.uuid] = lock_path(row.type, row.name)
    for path, node in locks.items():
        if not is_uuid(node.data) or node.data not in view.rows:
            view.findings.add("B-ZK-7", path, "no object %s" % node.data)
        elif expected.get(node.data) != path:
            view.findings.add("B-ZK-7", path, "object %s has another name or type" % node.data)
    for uuid, path in expected.items():
        if path not in locks and not hidden(view, path):
            view.findings.add("B-ZK-8", uuid, "no node %s" % path)
    indexed = {}
    for type_, entries in view.index.items():
        for name, uuid, _ in entries:
            row = view.rows.get(uuid)
            # The index may hold a quoted name, the lock never does.
            plain = row.name if row is not None and row.fq_name is not None and row.type == type_ else name
            indexed.setdefault(lock_path(type_, plain), set()).add(uuid)
    for path, uuids in indexed.items():
        if path in locks and locks[path].data not in uuids:
            view.findings.add("B-ZK-9", path, "holds %s, the index %s" % (locks[path].data, " ".join(sorted(uuids))))


def lock_path(type_, name):
    return "/".join([NAMES, *zkpath.components(type_ + ":" + name)])


def hidden(view, path):
    """Whether an exporter can't have listed a name: it is the beginning of another, or has an ignored component."""
    return path in view.tree.children or any(zkpath.is_ignored(part) for part in path.split("/")[1:])


def numbers(view):
    for base, highest in NUMBERED.items():
        numbered_children(view, base, highest)
    for base, highest in NUMBERED_BELOW.items():
        for name in view.tree.names(base):
            if base + "/" + name not in NOT_NUMBERS:
                numbered_children(view, base + "/" + name, highest)


def numbered_children(view, base, highest):
    for name in view.tree.names(base):
        path = base + "/" + name
        if path in NOT_NUMBERS:
            continue
        if not (name.isascii() and name.isdecimal()):
            view.findings.add("B-ZK-10", path, "not a number")
        elif name != "%010d" % int(name):
            view.findings.add("B-ZK-10", path, "not padded to ten digits")
        elif highest is not None and int(name) > highest:
            view.findings.add("B-ZK-10", path, "above %d" % highest)
