"""Rules about objects and their names: M-MAND, M-ORPH, M-FQN, M-DUP, B-OBJ, B-FQN, B-TS-6, B-SHR."""

import re
import uuid as uuids

import dumpfile
from objectview import is_uuid, spellings, underscored

MANDATORY = ("type", "fq_name", "prop:id_perms")
# config_root is in the model and never in the database.
ROOT = "config_root"
PLAIN_COLUMNS = {"type", "fq_name", "parent_type"}
COLUMN_KINDS = {"prop", "propl", "propm", "META", "parent", "children", "ref", "backref", "relaxbackref"}


def check(view):
    for row in view.rows.values():
        mandatory_fields(view, row)
        orphan(view, row)
        shape_of_object(view, row)
        uuid_in_id_perms(view, row)
    index_entries(view)
    index_as_sets(view)
    duplicate_names(view)
    shape_of_index(view)
    shared_rows(view)


def mandatory_fields(view, row):
    for column in MANDATORY:
        if column not in row.cells:
            view.findings.add("M-MAND-1", row.uuid, "no column " + column)


def orphan(view, row):
    # The original has no exception for config_root, whose children have "mostly no
    # parent_type": it means an object whose parent is gone, and this one never was.
    if row.parent_type is None or underscored(row.parent_type) == ROOT:
        return
    parents = row.links_to("parent", underscored(row.parent_type))
    if not parents:
        view.findings.add("M-ORPH-1", row.uuid, "no parent: column of type %s" % row.parent_type)
    elif parents[0] not in view.rows:
        view.findings.add("M-ORPH-1", row.uuid, "parent %s has no row" % parents[0])


def index_entries(view):
    for type_ in view.index:
        for name, uuid, row in view.indexed_rows(type_):
            where = "%s/%s" % (type_, name)
            if row is None or "fq_name" not in row.cells:
                view.findings.add("M-FQN-1", where, "no object %s" % uuid)
            elif row.fq_name is not None and name not in spellings(row.name):
                view.findings.add("M-FQN-2", where, "object %s is named %s" % (uuid, row.name))
                view.findings.add("B-FQN-1", where, "object %s is named %s" % (uuid, row.name))
            if row is not None and row.type is not None and row.type != type_:
                view.findings.add("B-FQN-3", where, "object %s is of type %s" % (uuid, row.type))


def index_as_sets(view):
    indexed = {(type_, name, uuid) for type_, entries in view.index.items() for name, uuid, _ in entries}
    for row in view.rows.values():
        if "fq_name" not in row.cells or "type" not in row.cells:
            view.findings.add("M-FQN-3", row.uuid, "no type or no fq_name")
        if row.fq_name is None or row.type is None:
            continue
        own = {(row.type, spelling, row.uuid) for spelling in spellings(row.name)}
        if not own & indexed:
            view.findings.add("M-FQN-5", row.uuid, "%s %s is not indexed" % (row.type, row.name))
        indexed -= own
    for type_, name, uuid in sorted(indexed):
        view.findings.add("M-FQN-4", "%s/%s" % (type_, name), "stale entry, uuid %s" % uuid)


def duplicate_names(view):
    for type_, entries in view.index.items():
        groups = {}
        for name, uuid, _ in entries:
            if uuid in view.rows and "prop:id_perms" in view.rows[uuid].cells:
                groups.setdefault(name, []).append(uuid)
        for name, group in groups.items():
            if len(group) > 1:
                view.findings.add("M-DUP-1", "%s/%s" % (type_, name), "objects " + " ".join(group))


def shape_of_object(view, row):
    if not is_uuid(row.uuid):
        # Upper case is a warning, anything else an error; both go by this id.
        what = "in upper case" if is_uuid(row.uuid.lower()) else "not a uuid"
        view.findings.add("B-OBJ-1", row.uuid, "row key is " + what)
    if "type" in row.cells:
        type_ = view.value(row, "type")
        if not isinstance(type_, str) or type_ == "" or "-" in type_:
            view.findings.add("B-OBJ-2", row.uuid, "type is not a name with underscores")
    if "fq_name" in row.cells:
        fq_name = view.value(row, "fq_name")
        if not isinstance(fq_name, list) or not fq_name or not all(isinstance(p, str) and p for p in fq_name):
            view.findings.add("B-OBJ-3", row.uuid, "fq_name is not a list of names")
        elif row.type != "route_target" and any(":" in part for part in fq_name):
            # A route target's only part is target:ASN:NUMBER by design.
            view.findings.add("B-OBJ-4", row.uuid, "a part of %s holds a colon" % fq_name)
    for column in row.bad_links:
        view.findings.add("B-OBJ-5", row.uuid + "/" + column, "not three parts with a uuid")
    for column in row.cells:
        if column not in PLAIN_COLUMNS and column.partition(":")[0] not in COLUMN_KINDS:
            view.findings.add("B-OBJ-5", row.uuid + "/" + column, "unknown column")


def uuid_in_id_perms(view, row):
    perms = view.value(row, "prop:id_perms")
    if not isinstance(perms, dict) or not isinstance(perms.get("uuid"), dict) or not is_uuid(row.uuid.lower()):
        return
    halves = [perms["uuid"].get("uuid_mslong"), perms["uuid"].get("uuid_lslong")]
    expected = divmod(uuids.UUID(row.uuid).int, 1 << 64)
    if halves != list(expected):
        view.findings.add("B-TS-6", row.uuid, "id_perms.uuid says %s" % halves)


def shape_of_index(view):
    for type_, column in view.bad_index_columns:
        view.findings.add("B-FQN-2", "%s/%s" % (type_, column), "no uuid at the end")
    for type_, cells in view.dump.table(dumpfile.OBJECT_KEYSPACE, dumpfile.NAME_TABLE).items():
        for column, cell in cells.items():
            if cell.value != "null":
                view.findings.add("B-FQN-2", "%s/%s" % (type_, column), "value is not null")


SHARED_COLUMN = re.compile(r"(?:global:|(?:tenant|domain):[0-9a-f-]{36}):([0-9a-f-]{36})\Z")


def shared_rows(view):
    if dumpfile.SHARED_TABLE not in view.dump.keyspaces.get(dumpfile.OBJECT_KEYSPACE, {}):
        return  # releases before R3.0 have no such table
    found = {}
    for type_, cells in view.dump.table(dumpfile.OBJECT_KEYSPACE, dumpfile.SHARED_TABLE).items():
        for column, cell in cells.items():
            where = "%s/%s" % (type_, column)
            found[type_, column] = cell.value
            match = SHARED_COLUMN.match(column)
            if match is None or not all(is_uuid(part) for part in column.split(":")[1:] if part):
                view.findings.add("B-SHR-1", where, "not a share type, an id and a uuid")
            elif match[1] not in view.rows:
                view.findings.add("B-SHR-1", where, "no object %s" % match[1])
            elif view.rows[match[1]].type != type_:
                view.findings.add("B-SHR-1", where, "object is of type %s" % view.rows[match[1]].type)
    expected = {}
    for row in view.rows.values():
        if row.type is not None:
            for column, access in shares(view, row).items():
                expected[row.type, column] = str(access)
    for key in sorted(expected.keys() | found.keys()):
        uuid = key[1].rpartition(":")[2]
        # Of an object that is gone or of another type, B-SHR-1 speaks.
        if uuid in view.rows and view.rows[uuid].type == key[0] and expected.get(key) != found.get(key):
            message = "%s in the table, %s by perms2" % (found.get(key), expected.get(key))
            view.findings.add("B-SHR-2", "/".join(key), message)


def shares(view, row):
    """column of obj_shared_table -> access, as perms2 wants them."""
    perms = view.value(row, "prop:perms2")
    if not isinstance(perms, dict):
        return {}
    wanted = {}
    if perms.get("global_access"):
        wanted["global::" + row.uuid] = perms["global_access"]
    for share in perms.get("share") or []:
        if not isinstance(share, dict) or not isinstance(share.get("tenant"), str):
            continue
        kind, _, holder = share["tenant"].rpartition(":")
        try:
            holder = str(uuids.UUID(holder))  # Keystone writes it without dashes
        except ValueError:
            continue
        wanted["%s:%s:%s" % (kind or "tenant", holder, row.uuid)] = share.get("tenant_access")
    return wanted
