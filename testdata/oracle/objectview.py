"""What a dump means as objects, the index of names, and a tree of ZooKeeper nodes.

The rules work on this view. Nothing here refuses anything: a cell that cannot
be decoded is reported once (B-ENC-5, B-STR-8) and then counts as absent.
"""

import json
import re
import urllib.parse

import dumpfile
import zkpath

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
LINKS = ("parent", "children", "ref", "backref")
ABSENT = object()
DEFAULT_ASN = 64512


def is_uuid(text):
    return isinstance(text, str) and UUID.match(text) is not None


def in_byte_order(names):
    return sorted(names, key=lambda name: name.encode("utf-8", "surrogatepass"))


def underscored(type_):
    return type_.replace("-", "_")


class Row:
    """A row of obj_uuid_table. links[kind] lists (type, uuid, column) in byte order."""

    def __init__(self, uuid, cells):
        self.uuid, self.cells = uuid, cells
        self.links = {kind: [] for kind in LINKS}
        self.bad_links = []
        for column in in_byte_order(cells):
            kind, _, rest = column.partition(":")
            if kind in self.links:
                parts = rest.split(":")
                if len(parts) == 2 and is_uuid(parts[1].lower()):
                    self.links[kind].append((parts[0], parts[1], column))
                else:
                    self.bad_links.append(column)
        self.type = self.fq_name = self.parent_type = None

    @property
    def name(self):
        return ":".join(self.fq_name)

    def links_to(self, kind, type_):
        return [uuid for t, uuid, _ in self.links[kind] if t == type_]


class Findings:
    """The findings, each said once."""

    def __init__(self):
        self.lines = []
        self._said = set()

    def add(self, id_, where, message):
        line = (id_, where, message)
        if line not in self._said:
            self._said.add(line)
            self.lines.append(line)


class View:
    def __init__(self, dump, findings):
        self.dump, self.findings = dump, findings
        self.rows = {uuid: Row(uuid, cells) for uuid, cells in dump.object_rows().items()}
        for row in self.rows.values():
            self._identify(row)
        self._read_index()
        self.tree = Tree(dump.nodes)
        self.asn = self._read_asn()

    def _identify(self, row):
        type_ = self.value(row, "type")
        if isinstance(type_, str) and type_:
            row.type = type_
        fq_name = self.value(row, "fq_name")
        if isinstance(fq_name, list) and fq_name and all(isinstance(part, str) for part in fq_name):
            row.fq_name = fq_name
        parent_type = self.value(row, "parent_type")
        if isinstance(parent_type, str):
            row.parent_type = parent_type

    def _read_index(self):
        """index: type -> [(name, uuid, column)]; columns without a uuid at the end are left to B-FQN-2."""
        self.index, self.bad_index_columns = {}, []
        self.by_name, self.indexed_as = {}, {}
        for type_, cells in self.dump.table(dumpfile.OBJECT_KEYSPACE, dumpfile.NAME_TABLE).items():
            entries = self.index.setdefault(type_, [])
            for column in in_byte_order(cells):
                name, _, uuid = column.rpartition(":")
                if not name or not is_uuid(uuid.lower()):
                    self.bad_index_columns.append((type_, column))
                    continue
                entries.append((name, uuid, column))
                self.by_name.setdefault((type_, name), []).append(uuid)
                self.indexed_as.setdefault(uuid, []).append((type_, name))

    def _read_asn(self):
        where = "global_system_config:default-global-system-config"
        uuids = self.indexed("global_system_config", "default-global-system-config")
        if not uuids:
            self.findings.add("X-GSC", where, "not indexed")
            return DEFAULT_ASN
        row = self.rows.get(uuids[0])
        asn = ABSENT if row is None else self.value(row, "prop:autonomous_system")
        if isinstance(asn, bool) or not isinstance(asn, int) or not 1 <= asn < 1 << 32:
            self.findings.add("X-GSC", where, "no autonomous system number")
            return DEFAULT_ASN
        return asn

    def text(self, row, column):
        """The stored text of a cell, ABSENT when there is none."""
        cell = row.cells.get(column)
        if cell is None:
            return ABSENT
        if not isinstance(cell.value, str):
            self.findings.add("B-STR-8", row.uuid + "/" + column, "value is not a string")
            return ABSENT
        return cell.value

    def value(self, row, column):
        """The decoded value of a cell, ABSENT when there is none or it is no JSON."""
        text = self.text(row, column)
        if text is ABSENT:
            return ABSENT
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            self.findings.add("B-ENC-5", row.uuid + "/" + column, "value is not JSON")
            return ABSENT

    def attribute(self, row, column):
        """The attribute of a reference: the member attr where there is one, else the value itself."""
        value = self.value(row, column)
        if isinstance(value, dict) and "attr" in value:
            value = value["attr"]
        return value if value is not ABSENT and value else None

    def of_type(self, type_):
        return [row for row in self.rows.values() if row.type == type_]

    def indexed_rows(self, type_):
        """(name, uuid, Row or None) for the index entries of a type, in byte order."""
        return [(name, uuid, self.rows.get(uuid)) for name, uuid, _ in self.index.get(type_, [])]

    def indexed(self, type_, name):
        """The uuids under which exactly this name is indexed, in either spelling."""
        for spelling in spellings(name):
            uuids = self.by_name.get((type_, spelling))
            if uuids:
                return uuids
        return []


def spellings(name):
    """How the index may write a name: as it is, or quoted as a whole if it is not ASCII."""
    if name.isascii():
        return [name]
    quoted = urllib.parse.quote_plus(name.encode("utf-8", "surrogatepass"))
    # Older interpreters quote the tilde too.
    return [name, quoted, quoted.replace("~", "%7E")]


class Tree:
    """ZooKeeper below the cluster id that most nodes have. Paths are joined components, without slashes at the ends."""

    def __init__(self, nodes):
        counts = {}
        for node in nodes:
            cluster = zkpath.split_cluster(node.path)[0]
            counts[cluster] = counts.get(cluster, 0) + 1
        self.cluster = max(sorted(counts), key=counts.get, default="")
        self.nodes = nodes
        self.leaves = {}
        self.children = {}
        for node in nodes:
            cluster, parts = zkpath.split_cluster(node.path)
            if cluster != self.cluster:
                continue
            self.leaves["/".join(parts)] = node
            for i in range(len(parts), 0, -1):
                below = self.children.setdefault("/".join(parts[: i - 1]), {})
                if parts[i - 1] in below:
                    break
                below[parts[i - 1]] = None

    def exists(self, path):
        return path in self.leaves or path in self.children

    def names(self, path):
        """Names of the children of a node, in the order of the list."""
        return list(self.children.get(path, ()))

    def data(self, path):
        """Data of a listed node; None for one that is only passed through, or has none."""
        node = self.leaves.get(path)
        return None if node is None else node.data

    def below(self, path):
        """(path relative to it, node) of every listed node below a node."""
        stack = [(path, "")]
        while stack:
            here, relative = stack.pop()
            for name in self.names(here):
                at = here + "/" + name if here else name
                under = relative + "/" + name if relative else name
                if at in self.leaves:
                    yield under, self.leaves[at]
                stack.append((at, under))
