"""A small consistent dump, built in memory for the tests of the oracles.

Everything that the consistency rules look at is there once or twice. The parts
are plain dicts and lists, so that a test can break one of them and ask for bytes.
"""

import copy
import ipaddress
import json
import uuid as uuids

NAMESPACE = uuids.UUID("0b4ce9a1-52c5-4b7e-a1a5-64b0e5c7d001")
ASN = 64512
PROJECT = ["default-domain", "demo"]
DEFAULTS = ["default-domain", "default-project"]


def uuid_of(type_, fq_name):
    return str(uuids.uuid5(NAMESPACE, type_ + "/" + ":".join(fq_name)))


class Sample:
    def __init__(self, cluster=""):
        self.cluster = cluster
        self.rows, self.names, self.shared = {}, {}, {}
        self.useragent, self.targets = {}, {}
        self.nodes = []
        self.members = {}
        self._stamp = 1600000000000000

    # -- writing, as the API server does it

    def cell(self, text):
        self._stamp += 137
        return [text, self._stamp]

    def node(self, path, data):
        stat = [9, 9, 1600000000000, 1600000000000, 0, 0, 0, 0, len(data.encode()), 0, 9]
        prefix = self.cluster + "/" if self.cluster else "/"
        self.nodes.append([prefix + path + "/", [data, stat]])

    def add(self, type_, fq_name, parent=None, parent_type=None, **props):
        uuid = uuid_of(type_, fq_name)
        high, low = divmod(uuids.UUID(uuid).int, 1 << 64)
        row = self.rows[uuid] = {
            "META:latest_col_ts": self.cell("null"),
            "type": self.cell(json.dumps(type_)),
            "fq_name": self.cell(json.dumps(fq_name)),
        }
        perms = {"uuid": {"uuid_mslong": high, "uuid_lslong": low}, "last_modified": "2020-09-13T12:26:40.000000"}
        props = {"id_perms": perms, "perms2": {"owner": "admin", "global_access": 0, "share": []}, **props}
        for name, value in props.items():
            row["prop:" + name] = self.cell(json.dumps(value))
        if parent is not None:
            kind = json.loads(self.rows[parent]["type"][0])
            row["parent_type"] = self.cell(json.dumps(kind.replace("_", "-")))
            row["parent:%s:%s" % (kind, parent)] = self.cell("null")
            self.rows[parent]["children:%s:%s" % (type_, uuid)] = self.cell("null")
        self.names.setdefault(type_, {})[":".join(fq_name) + ":" + uuid] = self.cell("null")
        self.node("fq-name-to-uuid/%s:%s" % (type_, ":".join(fq_name)), uuid)
        return uuid

    def ref(self, a, b, attr=None):
        types = [json.loads(self.rows[u]["type"][0]) for u in (a, b)]
        text = json.dumps({"attr": attr})
        self.rows[a]["ref:%s:%s" % (types[1], b)] = self.cell(text)
        back = "ref" if types[0] == types[1] else "backref"
        self.rows[b]["%s:%s:%s" % (back, types[0], a)] = self.cell(text)

    def network(self, name, project, number, subnets=None, ipam=None, target=None):
        """A network with its default routing instance and, where asked for, a route target."""
        fq_name = [*project, name]
        parent = uuid_of("project", project)
        network = self.add("virtual_network", fq_name, parent, virtual_network_network_id=number)
        self.node("id/virtual-networks/%010d" % (number - 1), ":".join(fq_name))
        if ipam is not None:
            self.ref(network, ipam, {"ipam_subnets": subnets})
            for subnet in subnets:
                text = "0.0.0.0/0"
                if "subnet" in subnet:
                    text = "%(ip_prefix)s/%(ip_prefix_len)s" % subnet["subnet"]
                self.useragent[subnet["subnet_uuid"]] = {"value": self.cell(network + " " + text)}
        instance = self.add("routing_instance", [*fq_name, name], network, routing_instance_is_default=True)
        if target is not None:
            self.ref(instance, self.target(target, [*fq_name, name]), {"import_export": None})
        return network

    def target(self, number, owner):
        uuid = self.add("route_target", ["target:%d:%d" % (ASN, number)])
        self.targets[":".join(owner)] = {"rtgt_num": self.cell(str(number))}
        self.node("id/bgp/route-targets/type0/%010d" % number, ":".join(owner))
        return uuid

    def lock(self, owner, prefix, address, uuid, unit=1):
        number = int(ipaddress.ip_address(address)) // unit
        self.node("api-server/subnets/%s:%s/%010d" % (owner, prefix, number), uuid)

    def port(self, name, network, group, last):
        port = self.add(
            "virtual_machine_interface",
            [*PROJECT, name],
            uuid_of("project", PROJECT),
            virtual_machine_interface_mac_addresses={"mac_address": ["02:00:00:00:00:%02x" % last]},
        )
        fq_name = json.loads(self.rows[network]["fq_name"][0])
        self.ref(port, network)
        self.ref(port, uuid_of("routing_instance", [*fq_name, fq_name[-1]]), {"direction": "both"})
        self.ref(port, group)
        return port

    def instance_ip(self, name, network, port, address, lock=True, owner=None, prefix=None, unit=1):
        uuid = uuid_of("instance_ip", [name])
        self.add("instance_ip", [name], instance_ip_address=address)
        self.ref(uuid, network)
        self.ref(uuid, port)
        if lock:
            self.lock(owner, prefix, address, uuid, unit)
        return uuid

    # -- reading

    def document(self):
        objects = {"obj_uuid_table": self.rows, "obj_fq_name_table": self.names}
        if self.shared is not None:
            objects["obj_shared_table"] = self.shared
        return {
            "cassandra": {
                "config_db_uuid": objects,
                "useragent": {"useragent_keyval_table": self.useragent},
                "to_bgp_keyspace": {"route_target_table": self.targets},
                "dm_keyspace": {},
            },
            "zookeeper": json.dumps(self.nodes),
            **self.members,
        }

    def bytes(self):
        return json.dumps(self.document()).encode()

    def copy(self):
        return copy.deepcopy(self)

    # -- shorthands for tests

    def drop_node(self, end):
        before = len(self.nodes)
        self.nodes = [node for node in self.nodes if not node[0].rstrip("/").endswith(end)]
        assert len(self.nodes) == before - 1, end

    def find_node(self, end):
        (node,) = [node for node in self.nodes if node[0].rstrip("/").endswith(end)]
        return node


def subnet(prefix, length, gateway, dns, **more):
    uuid = str(uuids.uuid5(NAMESPACE, prefix))
    place = {"subnet": {"ip_prefix": prefix, "ip_prefix_len": length}}
    return {**place, "default_gateway": gateway, "dns_server_address": dns, "subnet_uuid": uuid, **more}


def consistent(cluster=""):
    s = Sample(cluster)
    s.node("id/security-groups/id/0000000000", "__reserved__")
    system = s.add("global_system_config", ["default-global-system-config"], autonomous_system=ASN)
    domain = s.add("domain", DEFAULTS[:1])
    project = s.add("project", DEFAULTS, domain)
    demo = s.add("project", PROJECT, domain)
    ipam = s.add("network_ipam", [*DEFAULTS, "default-network-ipam"], project, ipam_subnet_method="user-defined-subnet")
    s.rows[ipam]["prop:perms2"][0] = json.dumps({"owner": "admin", "global_access": 5, "share": []})
    s.shared["network_ipam"] = {"global::" + ipam: s.cell("5")}
    flat = s.add("network_ipam", [*DEFAULTS, "flat-ipam"], project, ipam_subnet_method="flat-subnet")
    s.rows[flat]["propl:ipam_subnets:0"] = s.cell(json.dumps(subnet("100.64.0.0", 16, "100.64.0.1", "100.64.0.2")))

    group = s.add("security_group", [*PROJECT, "default"], demo, security_group_id=8000001)
    s.node("id/security-groups/id/0000000001", ":".join([*PROJECT, "default"]))
    s.network("ip-fabric", DEFAULTS, 1)
    four = subnet("10.0.0.0", 24, "10.0.0.1", "10.0.0.2", allocation_pools=[{"start": "10.0.0.8", "end": "10.0.0.99"}])
    six = subnet("fd00::", 64, "fd00::1", "fd00::2")
    red = s.network("red", PROJECT, 2, [four, six], ipam, 8000000)
    wide = subnet("10.1.0.0", 24, "10.1.0.4", "10.1.0.8", alloc_unit=4)
    blue = s.network("r\u00e9seau", PROJECT, 3, [wide], ipam, 8000001)
    shared = s.network("flat", PROJECT, 4, [{"subnet_uuid": str(uuids.uuid5(NAMESPACE, "flat"))}], flat, 8000002)

    red_name, blue_name = ":".join([*PROJECT, "red"]), ":".join([*PROJECT, "r\u00e9seau"])
    ports = [s.port("port-%d" % i, net, group, i) for i, net in enumerate((red, blue, shared, red))]
    machine = s.add("virtual_machine", ["vm-1"])
    s.ref(ports[0], machine)
    s.instance_ip("ip-4", red, ports[0], "10.0.0.10", owner=red_name, prefix="10.0.0.0/24")
    s.instance_ip("ip-6", red, ports[0], "fd00::A", owner=red_name, prefix="fd00::/64")
    s.instance_ip("ip-unit", blue, ports[1], "10.1.0.12", owner=blue_name, prefix="10.1.0.0/24", unit=4)
    s.instance_ip(
        "ip-flat", shared, ports[2], "100.64.0.9", owner=":".join([*DEFAULTS, "flat-ipam"]), prefix="100.64.0.0/16"
    )
    s.instance_ip("ip-gateway", red, ports[3], "10.0.0.1", lock=False)
    for kind, last in (("floating_ip", 20), ("alias_ip", 21)):
        pool = s.add(kind + "_pool", [*PROJECT, "red", kind], red)
        name = [*PROJECT, "red", kind, "one"]
        uuid = s.add(kind, name, pool, **{kind + "_address": "10.0.0.%d" % last})
        s.ref(uuid, demo)
        s.lock(red_name, "10.0.0.0/24", "10.0.0.%d" % last, uuid)

    # A router with SNAT: its target is also held by its ports' and its service's routing instances.
    router = s.add("logical_router", [*PROJECT, "router"], demo)
    s.ref(router, ports[3])
    service = s.add("service_instance", [*PROJECT, "snat"], demo)
    s.ref(router, service)
    s.network("snat-si-left_snat", PROJECT, 5, target=8000003)
    target = s.target(8000004, [*PROJECT, "router"])
    s.ref(router, target)
    for name in ("red", "snat-si-left_snat"):
        s.ref(uuid_of("routing_instance", [*PROJECT, name, name]), target, {"import_export": "import"})
    chain = s.add("routing_instance", [*PROJECT, "red", "service-chain"], red, service_chain_information={"prefix": []})
    s.ref(chain, uuid_of("route_target", ["target:%d:8000000" % ASN]), {"import_export": "export"})
    user = s.add("route_target", ["target:%d:100" % ASN])
    s.ref(uuid_of("routing_instance", [*PROJECT, "red", "red"]), user, {"import_export": None})
    s.rows[red]["prop:route_target_list"] = s.cell(
        json.dumps({"route_target": ["target:%d:100" % ASN, "target:203.0.113.1:7"]})
    )

    leaf = s.add("physical_router", ["default-global-system-config", "leaf"], system)
    fabric = s.add("fabric", ["default-global-system-config", "fab"], system)
    s.ref(leaf, fabric)
    interface = s.add("physical_interface", ["default-global-system-config", "leaf", "xe-0/0/0"], leaf)
    bundle = s.add("virtual_port_group", ["default-global-system-config", "fab", "vpg"], fabric)
    s.ref(bundle, interface, {"ae_num": 3})
    s.node("id/aggregated-ethernet/leaf/0000000003", "vpg")

    kind = s.add("tag_type", ["tier"])
    tags = [s.add("tag", ["tier=%s" % value], tag_id="0x0005000%d" % i) for i, value in enumerate("ab")]
    for i, tag in enumerate(tags):
        s.ref(tag, kind)
        s.node("id/tags/values/tier/%010d" % i, "tier=%s" % "ab"[i])
    s.ref(*tags)
    return s
