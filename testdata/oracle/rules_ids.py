"""Rules about ids that ZooKeeper hands out: M-VNID, M-SGID, M-RTID, M-RTBR, M-AE, and B-VN-1, B-SG-1, B-RT, B-RI."""

import ipaddress
import re

from objectview import ABSENT

VN_IDS = "id/virtual-networks"
SG_IDS = "id/security-groups/id"
AE_IDS = "id/aggregated-ethernet"
SG_OFFSET = 8000000
RESERVED = "__reserved__"
NO_OWNER = "No Routing Instance or Logical Router associated"
AE_LIMIT = 128
TARGET_LISTS = (
    "prop:route_target_list",
    "prop:import_route_target_list",
    "prop:export_route_target_list",
    "prop:configured_route_target_list",
)
# The four networks that every system has carry no route target, as the dumps
# known to be consistent show.
SYSTEM_PROJECT = ["default-domain", "default-project"]
SYSTEM_NETWORKS = ("ip-fabric", "__link_local__", "default-virtual-network", "dci-network")


def check(view):
    virtual_network_ids(view)
    security_group_ids(view)
    targets = Targets(view)
    targets.check_ids()
    targets.check_back_refs()
    targets.check_schema_rows()
    routing_instances(view, targets)
    aggregated_ethernet(view)


def numbered(view, base):
    """(number, name, data) of the listed children of an id directory that are decimal numbers."""
    found = []
    for name in view.tree.names(base):
        path = base + "/" + name
        if name.isdecimal() and name.isascii() and path in view.tree.leaves:
            found.append((int(name), path, view.tree.data(path)))
    return found


def missing_base(view, base, needed):
    if needed and not view.tree.exists(base):
        view.findings.add("X-ZKPATH", base, "absent, though Cassandra has such ids")


def integer(value):
    """An id, which old releases also keep as decimal text; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\d+", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def compare_ids(view, extra, missing, zookeeper, cassandra):
    for number, owner in sorted(zookeeper - cassandra, key=str):
        view.findings.add(extra, str(number), "only ZooKeeper has it, for %s" % owner)
    for number, owner in sorted(cassandra - zookeeper, key=str):
        view.findings.add(missing, str(number), "ZooKeeper does not have it for %s" % owner)


def network_id(view, row):
    number = integer(view.value(row, "prop:virtual_network_network_id"))
    if number is None:
        properties = view.value(row, "prop:virtual_network_properties")
        if isinstance(properties, dict):
            number = integer(properties.get("network_id"))
    return number


def virtual_network_ids(view):
    holders, pairs = {}, set()
    for _, uuid, row in view.indexed_rows("virtual_network"):
        if row is None or row.fq_name is None:
            continue
        number = network_id(view, row)
        if not number:
            view.findings.add("M-VNID-4", uuid, "no network id")
        elif number in holders:
            view.findings.add("M-VNID-1", uuid, "id %d is also that of %s" % (number, holders[number]))
        else:
            holders[number] = uuid
            pairs.add((number, row.name))
        if number is not None and not 1 <= number <= 1 << 24:
            view.findings.add("B-VN-1", uuid, "network id %d" % number)
    missing_base(view, VN_IDS, pairs)
    zookeeper = {(number + 1, data) for number, _, data in numbered(view, VN_IDS)}
    compare_ids(view, "M-VNID-2", "M-VNID-3", zookeeper, pairs)


def security_group_ids(view):
    holders, pairs = {}, set()
    for _, uuid, row in view.indexed_rows("security_group"):
        if row is None or row.fq_name is None:
            continue
        number = integer(view.value(row, "prop:security_group_id"))
        if number is None:
            view.findings.add("M-SGID-5", uuid, "no security group id")
            continue
        configured = integer(view.value(row, "prop:configured_security_group_id"))
        if number != 0 and not SG_OFFSET < number <= 1 << 32 and not configured:
            view.findings.add("B-SG-1", uuid, "security group id %d" % number)
        if number < SG_OFFSET:
            continue
        if number in holders:
            view.findings.add("M-SGID-2", uuid, "id %d is also that of %s" % (number, holders[number]))
        else:
            holders[number] = uuid
            pairs.add((number, row.name))
    missing_base(view, SG_IDS, pairs)
    zookeeper = set()
    for number, path, data in numbered(view, SG_IDS):
        if number == 0:
            if data != RESERVED:
                view.findings.add("M-SGID-1", path, "holds %s" % data)
        else:
            zookeeper.add((number + SG_OFFSET, group_name(data)))
    compare_ids(view, "M-SGID-3", "M-SGID-4", zookeeper, pairs)


def group_name(data):
    """Some writers stored the printed list of the name's parts instead of the joined name."""
    if data and data.startswith("[") and data.endswith("]"):
        parts = re.findall(r"u?'([^']*)'", data)
        if parts:
            return ":".join(parts)
    return data


class Targets:
    """Route targets: the four lists of M-RTID and the back-references of M-RTBR."""

    def __init__(self, view):
        self.view = view
        two_bytes = view.asn <= 65535
        self.base = "id/bgp/route-targets/" + ("type0" if two_bytes else "type1_2")
        self.lowest = 8000000 if two_bytes else 8000
        self.zookeeper = {number: (path, data) for number, path, data in numbered(view, self.base)}
        self.schema = {}  # row key -> number
        for key, row in view.dump.table("to_bgp_keyspace", "route_target_table").items():
            number = row.get("rtgt_num")
            if number is not None and isinstance(number.value, str) and re.fullmatch(r"\d+", number.value.strip()):
                self.schema[key] = int(number.value)
        self.system = []  # (number, row) of indexed targets in the system's own range
        for name, uuid, row in view.indexed_rows("route_target"):
            parsed = parse_target(name)
            if parsed is None:
                view.findings.add("M-RTID-2", uuid, "route target %s" % name)
            elif row is not None and self.is_system(*parsed):
                self.system.append((parsed[1], row))

    def is_system(self, asn, number):
        return asn == self.view.asn and number >= self.lowest

    def check_ids(self):
        add = self.view.findings.add
        for number, (path, _) in self.zookeeper.items():
            if number < self.lowest:
                add("M-RTID-1", path, "below %d" % self.lowest)
        for key, number in self.schema.items():
            if number < self.lowest:
                add("M-RTID-1", "route_target_table/" + key, "%d is below %d" % (number, self.lowest))
        self.check_user_lists()
        schema = {(number, key) for key, number in self.schema.items()}
        config = {(number, self.owner(number, row)) for number, row in self.system}
        zookeeper = {(number, data) for number, (_, data) in self.zookeeper.items()}
        missing_base(self.view, self.base, schema | config)
        for number, owner in sorted(schema - zookeeper):
            add("M-RTID-4", str(number), "only the schema table has it, for %s" % owner)
        for number, owner in sorted(config - zookeeper):
            add("M-RTID-5", str(number), "only the route target has it, for %s" % owner)
        for number, owner in sorted(zookeeper - (schema & config), key=str):
            add("M-RTID-6", str(number), "ZooKeeper has it for %s" % owner)

    def check_user_lists(self):
        for type_ in ("virtual_network", "logical_router"):
            for row in self.view.of_type(type_):
                for column in TARGET_LISTS:
                    listed = self.view.value(row, column)
                    if isinstance(listed, dict):
                        listed = listed.get("route_target")
                    for name in listed if isinstance(listed, list) else []:
                        parsed = parse_target(name)
                        if parsed is None:
                            self.view.findings.add("M-RTID-2", row.uuid + "/" + column, "route target %s" % name)
                        elif self.is_system(*parsed):
                            self.view.findings.add(
                                "M-RTID-3", row.uuid + "/" + column, "%s is in the system's range" % name
                            )

    def owner(self, number, row):
        """Who owns a target by its back-references.

        The original takes the last routing instance in byte order, which may be
        that of a service chain (section A4, 1); meant is the one ZooKeeper names.
        """
        named = self.zookeeper.get(number, (None, None))[1]
        for type_ in ("logical_router", "routing_instance"):
            uuids = row.links_to("backref", type_)
            names = [self.view.rows[u].name for u in uuids if u in self.view.rows and self.view.rows[u].fq_name]
            if named in names:
                return named
            if uuids:
                return names[-1] if names else NO_OWNER
        return NO_OWNER

    def check_back_refs(self):
        for number, row in self.system:
            self.check_back_refs_of(number, row)

    def check_back_refs_of(self, number, row):
        view = self.view

        def add(id_, message):
            view.findings.add(id_, "%s (%s)" % (row.name if row.fq_name else row.uuid, row.uuid), message)

        if number not in self.zookeeper:
            add("M-RTBR-1", "no node %s/%010d" % (self.base, number))
            return
        routers = row.links_to("backref", "logical_router")
        present = row.links_to("backref", "routing_instance")
        owner = self.zookeeper[number][1]
        if len(routers) > 1:
            add("M-RTBR-2", "%d logical routers" % len(routers))
            return
        extra = []
        if routers:
            expected = self.instances_of_router(routers[0], owner, present, add)
            if expected is not None:
                extra = [uuid for uuid in present if uuid not in expected]
        elif present:
            named = view.indexed("routing_instance", owner or "")
            if named and named[0] not in present:
                add("M-RTBR-3", "no back-ref to %s" % owner)
            if named:
                extra = [uuid for uuid in present if uuid != named[0] and not self.serves(uuid, owner, add)]
        if extra:
            add("M-RTBR-5", "back-refs to " + " ".join(extra))

    def serves(self, uuid, owner, add):
        """Whether a routing instance is that of a service chain through the owner's network."""
        row = self.view.rows.get(uuid)
        if row is None or row.fq_name is None:
            add("M-RTBR-4", "routing instance %s has no row" % uuid)
            return False
        informed = any(
            self.view.text(row, column) not in (ABSENT, "")
            for column in ("prop:service_chain_information", "prop:ipv6_service_chain_information")
        )
        return (
            informed
            and row.fq_name[-1].startswith("service-")
            and ":".join(row.fq_name[:-1]) == owner.rpartition(":")[0]
        )

    def instances_of_router(self, router, owner, present, add):
        """The routing instances that a router's target ought to have, None when that can't be told.

        Two ports in one network share the back-ref; the original, which strikes
        each one out once, reports the second as missing.
        """
        view = self.view
        row = view.rows.get(router)
        if row is None or row.fq_name is None:
            add("M-RTBR-7", "logical router %s has no row" % router)
            return None
        if owner != row.name:
            add("M-RTBR-6", "ZooKeeper names %s, the logical router is %s" % (owner, row.name))
            return None
        expected = set()
        for service in row.links_to("ref", "service_instance"):
            instance = view.rows.get(service)
            if instance is None or instance.fq_name is None:
                add("M-RTBR-8", "service instance %s has no row" % service)
                continue
            name = ":".join(instance.fq_name[:-1] + 2 * ["snat-si-left_" + instance.fq_name[-1]])
            named = view.indexed("routing_instance", name)
            if not named:
                add("M-RTBR-9", "%s is not indexed" % name)
                continue
            expected.add(named[0])
            if named[0] not in present:
                add("M-RTBR-10", "no back-ref to %s" % name)
        for port in row.links_to("ref", "virtual_machine_interface"):
            if port not in view.rows:
                continue
            for instance in view.rows[port].links_to("ref", "routing_instance"):
                expected.add(instance)
                if instance not in present:
                    add("M-RTBR-11", "no back-ref to routing instance %s of port %s" % (instance, port))
        return expected

    def check_schema_rows(self):
        view = self.view
        by_number = {}
        for key, number in self.schema.items():
            by_number.setdefault(number, []).append(key)
        for number, keys in by_number.items():
            if len(keys) > 1:
                view.findings.add("B-RT-1", str(number), "rows " + " and ".join(sorted(keys)))
        owners = {}
        for type_ in ("routing_instance", "logical_router"):
            for row in view.of_type(type_):
                if row.fq_name is not None:
                    owners.setdefault(row.name, row)
        by_name = {}
        for row in view.of_type("route_target"):
            if row.fq_name is not None:
                by_name.setdefault(row.name, []).append(row.uuid)
        for key, number in self.schema.items():
            where = "route_target_table/" + key
            if key not in owners:
                view.findings.add("B-RI-2", where, "no such routing instance or logical router")
            name = "target:%d:%d" % (view.asn, number)
            targets = by_name.get(name, [])
            if not targets:
                view.findings.add("B-RT-2", where, "no route target %s" % name)
            elif key in owners and not set(targets) & set(owners[key].links_to("ref", "route_target")):
                view.findings.add("B-RT-2", where, "%s is not referred to by it" % name)


def parse_target(name):
    """(ASN or address, number) of target:ASN:NUMBER, None when it is malformed."""
    parts = name.split(":") if isinstance(name, str) else []
    if len(parts) != 3 or parts[0] != "target" or not re.fullmatch(r"\d+", parts[2]):
        return None
    if re.fullmatch(r"\d+", parts[1]):
        return int(parts[1]), int(parts[2])
    try:
        return str(ipaddress.IPv4Address(parts[1])), int(parts[2])
    except ValueError:
        return None


def routing_instances(view, targets):
    by_name = {}
    for row in view.of_type("routing_instance"):
        if row.fq_name is not None:
            by_name[tuple(row.fq_name)] = row
        parents = [view.rows.get(uuid) for uuid in row.links_to("parent", "virtual_network")]
        if not any(parent is not None and parent.type == "virtual_network" for parent in parents):
            view.findings.add("B-RI-1", row.uuid, "routing instance without virtual network")
    for row in view.of_type("virtual_network"):
        if row.fq_name is None:
            continue
        default = by_name.get((*row.fq_name, row.fq_name[-1]))
        if default is None:
            view.findings.add("B-RI-1", row.uuid, "virtual network without its default routing instance")
        elif not default.links_to("ref", "route_target"):
            if not (row.fq_name[:-1] == SYSTEM_PROJECT and row.fq_name[-1] in SYSTEM_NETWORKS):
                view.findings.add("B-RI-2", default.uuid, "default routing instance without route target")


def aggregated_ethernet(view):
    held = {}  # router -> ids
    for _, uuid, row in view.indexed_rows("physical_interface"):
        if row is None or row.fq_name is None or len(row.fq_name) != 3:
            continue
        number = None
        groups = [column for type_, _, column in row.links["backref"] if type_ == "virtual_port_group"]
        if groups:
            attribute = view.attribute(row, groups[0])
            if isinstance(attribute, dict):
                number = integer(attribute.get("ae_num"))
        match = re.fullmatch(r"ae(\d+)", row.fq_name[2])
        if match and int(match[1]) < AE_LIMIT:
            number = int(match[1])
        if number is not None:
            held.setdefault(row.fq_name[1], set()).add(number)
    for router in view.tree.names(AE_IDS):
        for number, path, data in numbered(view, AE_IDS + "/" + router):
            if number not in held.get(router, ()):
                view.findings.add("M-AE-1", path, "no interface of %s has it (%s)" % (router, data))
