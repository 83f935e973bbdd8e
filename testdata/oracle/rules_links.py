"""Rules about parents, children and references: B-PAR-1 to 7 and 10, B-REF-1 to 6."""

import dumpfile
from objectview import underscored
from rules_names import ROOT


def check(view):
    for row in view.rows.values():
        parents(view, row)
        children(view, row)
        references(view, row)
        back_references(view, row)


def parents(view, row):
    add, links = view.findings.add, row.links["parent"]
    # Fixtures write "" for a root object, and config_root has no row: both are no parent type.
    has_type = "parent_type" in row.cells and row.parent_type not in (None, "")
    if has_type and underscored(row.parent_type) == ROOT:
        has_type = False
    if links and "parent_type" not in row.cells:
        add("B-PAR-1", row.uuid, "parent: column but no parent_type")
    if has_type and not links:
        add("B-PAR-1", row.uuid, "parent_type but no parent: column")
    if len(links) > 1:
        add("B-PAR-2", row.uuid, "%d parent: columns" % len(links))
    for type_, uuid, column in links:
        where = row.uuid + "/" + column
        parent = view.rows.get(uuid)
        if parent is None:
            if "parent_type" not in row.cells:
                add("B-PAR-10", where, "parent is absent")
            continue
        if parent.type is not None and parent.type != type_:
            add("B-PAR-3", where, "parent is of type %s" % parent.type)
        if row.type is not None and "children:%s:%s" % (row.type, row.uuid) not in parent.cells:
            add("B-PAR-4", where, "parent does not list it as a child")
        name_below_parent(view, row, parent, where)


def name_below_parent(view, row, parent, where):
    if row.fq_name is None or parent.fq_name is None or parent.type == ROOT:
        return
    if row.type in ("floating_ip", "alias_ip") and parent.type == "instance_ip":
        return
    if row.fq_name[:-1] != parent.fq_name:
        view.findings.add("B-PAR-7", where, "%s is not below %s" % (row.name, parent.name))


def children(view, row):
    for _, uuid, column in row.links["children"]:
        where = row.uuid + "/" + column
        child = view.rows.get(uuid)
        if child is None:
            view.findings.add("B-PAR-6", where, "child is absent")
        elif row.uuid not in [parent for _, parent, _ in child.links["parent"]]:
            view.findings.add("B-PAR-5", where, "child does not name it as its parent")


def references(view, row):
    for type_, uuid, column in row.links["ref"]:
        where = row.uuid + "/" + column
        target = view.rows.get(uuid)
        if target is None:
            view.findings.add("B-REF-1", where, "target is absent")
            continue
        target_type(view, target, type_, where)
        if row.type is None:
            continue
        back = "backref:%s:%s" % (row.type, row.uuid)
        if row.type == target.type:
            # One type: both rows hold ref:, very old ones may still have backref:.
            opposite = "ref:%s:%s" % (row.type, row.uuid)
            back = opposite if opposite in target.cells else back
        if back not in target.cells:
            view.findings.add("B-REF-2", where, "target does not refer back")
        elif not same_meaning(row.cells[column], target.cells[back]):
            view.findings.add("B-REF-6", where, "value differs from the one in the target")


def back_references(view, row):
    for type_, uuid, column in row.links["backref"]:
        where = row.uuid + "/" + column
        source = view.rows.get(uuid)
        if source is None:
            view.findings.add("B-REF-3", where, "referrer is absent")
            continue
        target_type(view, source, type_, where)
        if row.type is not None and "ref:%s:%s" % (row.type, row.uuid) not in source.cells:
            view.findings.add("B-REF-4", where, "referrer has no ref:")


def target_type(view, target, type_, where):
    if target.type is not None and target.type != type_:
        view.findings.add("B-REF-5", where, "object is of type %s" % target.type)


def same_meaning(a, b):
    if a.value == b.value:
        return True
    if not isinstance(a.value, str) or not isinstance(b.value, str):
        return False
    return dumpfile.meaning(a.value) == dumpfile.meaning(b.value)
