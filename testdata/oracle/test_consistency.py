"""check_consistency.py on a small consistent dump with one thing changed at a time."""

import json
import os
import re
import unittest

import check_consistency
import dumpfile
import sample
from sample import DEFAULTS, PROJECT, uuid_of

SHARED_DUMPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "dumps")

GSC = uuid_of("global_system_config", ["default-global-system-config"])
DOMAIN = uuid_of("domain", ["default-domain"])
DEMO = uuid_of("project", PROJECT)
IPAM = uuid_of("network_ipam", [*DEFAULTS, "default-network-ipam"])
FLAT_IPAM = uuid_of("network_ipam", [*DEFAULTS, "flat-ipam"])
RED = uuid_of("virtual_network", [*PROJECT, "red"])
BLUE = uuid_of("virtual_network", [*PROJECT, "r\u00e9seau"])
RED_RI = uuid_of("routing_instance", [*PROJECT, "red", "red"])
BLUE_RI = uuid_of("routing_instance", [*PROJECT, "r\u00e9seau", "r\u00e9seau"])
SNAT_RI = uuid_of("routing_instance", [*PROJECT, "snat-si-left_snat", "snat-si-left_snat"])
CHAIN = uuid_of("routing_instance", [*PROJECT, "red", "service-chain"])
RED_RT = uuid_of("route_target", ["target:64512:8000000"])
ROUTER_RT = uuid_of("route_target", ["target:64512:8000004"])
USER_RT = uuid_of("route_target", ["target:64512:100"])
ROUTER = uuid_of("logical_router", [*PROJECT, "router"])
SERVICE = uuid_of("service_instance", [*PROJECT, "snat"])
GROUP = uuid_of("security_group", [*PROJECT, "default"])
VM = uuid_of("virtual_machine", ["vm-1"])
PORTS = [uuid_of("virtual_machine_interface", [*PROJECT, "port-%d" % i]) for i in range(4)]
IP4, IP6, IP_UNIT, IP_FLAT, IP_GATEWAY = (
    uuid_of("instance_ip", ["ip-" + name]) for name in ("4", "6", "unit", "flat", "gateway")
)
FIP = uuid_of("floating_ip", [*PROJECT, "red", "floating_ip", "one"])
INTERFACE = uuid_of("physical_interface", ["default-global-system-config", "leaf", "xe-0/0/0"])
TAG = uuid_of("tag", ["tier=a"])
TAG_B = uuid_of("tag", ["tier=b"])
NOBODY = "99999999-9999-4999-8999-999999999999"


def ids(s, prefix=""):
    found = check_consistency.findings(dumpfile.read(s.bytes(), allow_repeats=True))
    return {id_ for id_, _, _ in found if id_.startswith(prefix)}


def put(uuid, column, value):
    """A change that sets a cell to the JSON text of a value."""

    def change(s):
        s.rows[uuid][column] = s.cell(json.dumps(value))

    return change


def drop(uuid, column):
    def change(s):
        del s.rows[uuid][column]

    return change


def drop_row(uuid):
    def change(s):
        del s.rows[uuid]

    return change


def drop_index(type_, *name):
    def change(s):
        del s.names[type_][":".join(name) + ":" + uuid_of(type_, list(name))]

    return change


def drop_node(end):
    return lambda s: s.drop_node(end)


def set_node(end, data):
    def change(s):
        s.find_node(end)[1][0] = data

    return change


def add_node(path, data=""):
    return lambda s: s.node(path, data)


def unlink(a, a_type, b, b_type):
    """Removes both halves of a reference."""

    def change(s):
        del s.rows[a]["ref:%s:%s" % (b_type, b)]
        del s.rows[b]["backref:%s:%s" % (a_type, a)]

    return change


def all_of(*changes):
    def change(s):
        for one in changes:
            one(s)

    return change


def edit_subnet(uuid, ipam, i, **members):
    """Changes a subnet of a network, on both sides of the reference."""

    def change(s):
        column = "ref:network_ipam:" + ipam
        value = json.loads(s.rows[uuid][column][0])
        element = value["attr"]["ipam_subnets"][i]
        for name, new in members.items():
            if name in ("ip_prefix", "ip_prefix_len"):
                element["subnet"][name] = new
            elif new is None:
                del element[name]
            else:
                element[name] = new
        for row, name in ((uuid, column), (ipam, "backref:virtual_network:" + uuid)):
            s.rows[row][name] = s.cell(json.dumps(value))

    return change


def address_of(uuid, text, kind="instance_ip"):
    return put(uuid, "prop:%s_address" % kind, text)


def rename_index(type_, name, new):
    def change(s):
        uuid = uuid_of(type_, name)
        s.names[type_][new + ":" + uuid] = s.names[type_].pop(":".join(name) + ":" + uuid)

    return change


RED_LOCK = "api-server/subnets/default-domain:demo:red:10.0.0.0/24/"

# What is done, and which rules must find it. The sets are complete: a rule that is
# not named must stay silent.
FINDS = {
    "no type": (drop(VM, "type"), "M-MAND-1 M-FQN-3 M-FQN-4 B-ZK-7"),
    "no fq_name": (drop(VM, "fq_name"), "M-MAND-1 M-FQN-1 M-FQN-3 M-FQN-4 B-ZK-7"),
    "no id_perms": (drop(VM, "prop:id_perms"), "M-MAND-1"),
    "fq_name no JSON": (
        lambda s: s.rows[VM].update({"fq_name": ["[", 1]}),
        "B-ENC-5 B-OBJ-3 M-FQN-4 B-ZK-7",
    ),
    "value a number": (
        lambda s: s.rows[VM].update({"prop:display_name": [5, 1], "fq_name": [5, 1]}),
        "B-STR-8 B-OBJ-3 M-FQN-4 B-ZK-7",
    ),
    "parent gone": (drop_row(SERVICE), "M-FQN-1 M-FQN-4 B-PAR-6 B-REF-1 B-ZK-7 M-RTBR-5 M-RTBR-8"),
    "parent names nobody": (
        lambda s: s.rows[SERVICE].update({"parent:project:" + NOBODY: s.rows[SERVICE].pop("parent:project:" + DEMO)}),
        "M-ORPH-1 B-PAR-5",
    ),
    "no parent column": (drop(SERVICE, "parent:project:" + DEMO), "M-ORPH-1 B-PAR-1 B-PAR-5"),
    "no parent_type": (drop(SERVICE, "parent_type"), "B-PAR-1"),
    "no parent_type, parent gone": (
        all_of(
            drop(SERVICE, "parent_type"),
            drop(SERVICE, "parent:project:" + DEMO),
            put(SERVICE, "parent:project:" + NOBODY, None),
            drop(DEMO, "children:service_instance:" + SERVICE),
        ),
        "B-PAR-1 B-PAR-10",
    ),
    "two parents": (put(SERVICE, "parent:domain:" + DOMAIN, None), "B-PAR-2 B-PAR-4 B-PAR-7"),
    "wrong type of parent": (
        all_of(
            drop(SERVICE, "parent:project:" + DEMO),
            put(SERVICE, "parent:domain:" + DEMO, None),
            put(SERVICE, "parent_type", "domain"),
        ),
        "B-PAR-3",
    ),
    "not among the children": (drop(DEMO, "children:service_instance:" + SERVICE), "B-PAR-4"),
    "adopted": (put(DOMAIN, "children:service_instance:" + SERVICE, None), "B-PAR-5"),
    "dead child": (put(DOMAIN, "children:project:" + NOBODY, None), "B-PAR-6"),
    "name not below parent": (
        all_of(
            put(SERVICE, "fq_name", ["default-domain", "demo2", "snat"]),
            rename_index("service_instance", [*PROJECT, "snat"], "default-domain:demo2:snat"),
            drop_node("/service_instance:default-domain:demo:snat"),
            add_node("fq-name-to-uuid/service_instance:default-domain:demo2:snat", SERVICE),
        ),
        "B-PAR-7 M-RTBR-9 M-RTBR-5",
    ),
    "ref to nobody": (put(VM, "ref:virtual_network:" + NOBODY, {"attr": None}), "B-REF-1"),
    "one-sided ref": (put(VM, "ref:virtual_network:" + RED, {"attr": None}), "B-REF-2"),
    "one-sided ref of one type": (drop(TAG, "ref:tag:" + TAG_B), "B-REF-2"),
    "back-ref from nobody": (put(VM, "backref:virtual_network:" + NOBODY, {"attr": None}), "B-REF-3"),
    "one-sided back-ref": (put(VM, "backref:virtual_network:" + RED, {"attr": None}), "B-REF-4"),
    "wrong type in a ref": (
        lambda s: s.rows[PORTS[0]].update({"ref:tag:" + VM: s.rows[PORTS[0]].pop("ref:virtual_machine:" + VM)}),
        "B-REF-4 B-REF-5",
    ),
    "values of a ref differ": (put(VM, "backref:virtual_machine_interface:" + PORTS[0], {"attr": 1}), "B-REF-6"),
    "number text of a ref differs": (
        all_of(
            put(
                INTERFACE,
                "backref:virtual_port_group:"
                + uuid_of("virtual_port_group", ["default-global-system-config", "fab", "vpg"]),
                {"attr": {"ae_num": 3, "x": 1.0}},
            ),
            put(
                uuid_of("virtual_port_group", ["default-global-system-config", "fab", "vpg"]),
                "ref:physical_interface:" + INTERFACE,
                {"attr": {"ae_num": 3, "x": 1}},
            ),
        ),
        "B-REF-6",
    ),
    # names and the index
    "not indexed": (drop_index("virtual_machine", "vm-1"), "M-FQN-5"),
    "indexed under another name": (
        rename_index("virtual_machine", ["vm-1"], "vm-2"),
        "M-FQN-2 M-FQN-4 M-FQN-5 B-FQN-1",
    ),
    "indexed under another type": (
        lambda s: s.names["domain"].update({"vm-1:" + VM: s.names["virtual_machine"].pop("vm-1:" + VM)}),
        "M-FQN-4 M-FQN-5 B-FQN-3",
    ),
    "index entry of nobody": (
        lambda s: s.names["domain"].update({"old:" + NOBODY: s.cell("null")}),
        "M-FQN-1 M-FQN-4",
    ),
    "ASCII name quoted in the index": (
        rename_index("service_instance", [*PROJECT, "snat"], "default-domain%3Ademo%3Asnat"),
        "M-FQN-2 M-FQN-4 M-FQN-5 B-FQN-1",
    ),
    "two of one name": (
        all_of(
            lambda s: s.rows.update(
                {NOBODY: {c: s.cell(v[0]) for c, v in s.rows[VM].items() if ":" not in c or c == "prop:id_perms"}}
            ),
            lambda s: s.names["virtual_machine"].update({"vm-1:" + NOBODY: s.cell("null")}),
        ),
        "M-DUP-1 B-TS-6",
    ),
    "index column without uuid": (lambda s: s.names["domain"].update({"old": s.cell("null")}), "B-FQN-2"),
    "index value not null": (lambda s: s.names["domain"]["default-domain:" + DOMAIN].__setitem__(0, "{}"), "B-FQN-2"),
    "row key not a uuid": (
        lambda s: s.rows.update({"vm": {"type": s.cell('"virtual_machine"')}}),
        "B-OBJ-1 M-MAND-1 M-FQN-3",
    ),
    "row key in upper case": (
        lambda s: s.rows.update({VM.upper(): {"type": s.cell('"virtual_machine"')}}),
        "B-OBJ-1 M-MAND-1 M-FQN-3",
    ),
    "type with a dash": (
        put(VM, "type", "virtual-machine"),
        "B-OBJ-2 B-REF-4 B-REF-5 M-FQN-4 M-FQN-5 B-FQN-3 B-ZK-7 B-ZK-8",
    ),
    "empty part of a name": (
        all_of(put(VM, "fq_name", [""]), rename_index("virtual_machine", ["vm-1"], "")),
        "B-OBJ-3 B-FQN-2 M-FQN-5 B-ZK-7 B-ZK-8",
    ),
    "colon in a name": (
        all_of(
            put(VM, "fq_name", ["vm:1"]),
            rename_index("virtual_machine", ["vm-1"], "vm:1"),
            drop_node("/virtual_machine:vm-1"),
            add_node("fq-name-to-uuid/virtual_machine:vm:1", VM),
        ),
        "B-OBJ-4",
    ),
    "link column of two parts": (put(VM, "ref:" + NOBODY, None), "B-OBJ-5"),
    "link column without a uuid": (put(VM, "children:tag:x", None), "B-OBJ-5"),
    "unknown column": (put(VM, "UUID", "x"), "B-OBJ-5"),
    "uuid in id_perms": (put(VM, "prop:id_perms", {"uuid": {"uuid_mslong": 1, "uuid_lslong": 2}}), "B-TS-6"),
    # shares
    "share without a row": (put(RED, "prop:perms2", {"global_access": 7, "share": []}), "B-SHR-2"),
    "share of a tenant without a row": (
        put(RED, "prop:perms2", {"global_access": 0, "share": [{"tenant": DEMO.replace("-", ""), "tenant_access": 7}]}),
        "B-SHR-2",
    ),
    "share with other rights": (put(IPAM, "prop:perms2", {"global_access": 7, "share": []}), "B-SHR-2"),
    "share of nobody": (lambda s: s.shared["network_ipam"].update({"global::" + NOBODY: s.cell("7")}), "B-SHR-1"),
    "share with an id too many": (
        lambda s: s.shared["network_ipam"].update({"global:%s:%s" % (DEMO, IPAM): s.cell("7")}),
        "B-SHR-1 B-SHR-2",
    ),
    "share in another type": (lambda s: s.shared.update({"domain": {"global::" + IPAM: s.cell("5")}}), "B-SHR-1"),
    # system configuration
    "no AS number": (drop(GSC, "prop:autonomous_system"), "X-GSC"),
    "AS number a text": (put(GSC, "prop:autonomous_system", "64512"), "X-GSC"),
    # ids
    "no network ids in ZooKeeper": (
        lambda s: s.nodes.__setitem__(slice(None), [n for n in s.nodes if "id/virtual-networks" not in n[0]]),
        "X-ZKPATH M-VNID-3",
    ),
    "network id of two": (put(BLUE, "prop:virtual_network_network_id", 2), "M-VNID-1 M-VNID-2"),
    "network id not in ZooKeeper": (drop_node("/id/virtual-networks/0000000001"), "M-VNID-3"),
    "network id of nobody": (add_node("id/virtual-networks/0000000077", "a:b:c"), "M-VNID-2"),
    "network id of another": (set_node("/id/virtual-networks/0000000001", "a:b:c"), "M-VNID-2 M-VNID-3"),
    "no network id": (drop(RED, "prop:virtual_network_network_id"), "M-VNID-2 M-VNID-4"),
    "network id too high": (
        all_of(
            put(RED, "prop:virtual_network_network_id", (1 << 24) + 1),
            drop_node("virtual-networks/0000000001"),
            add_node("id/virtual-networks/%010d" % (1 << 24), "default-domain:demo:red"),
        ),
        "B-VN-1 B-ZK-10",
    ),
    "group 0 not reserved": (set_node("/id/security-groups/id/0000000000", "x"), "M-SGID-1"),
    "group id not in ZooKeeper": (drop_node("/id/security-groups/id/0000000001"), "M-SGID-4"),
    "group id of another": (set_node("/id/security-groups/id/0000000001", "x"), "M-SGID-3 M-SGID-4"),
    "no group id": (drop(GROUP, "prop:security_group_id"), "M-SGID-3 M-SGID-5"),
    "group id of two": (
        lambda s: s.add("security_group", [*PROJECT, "web"], DEMO, security_group_id=8000001),
        "M-SGID-2",
    ),
    "group id below the range": (put(GROUP, "prop:security_group_id", 17), "M-SGID-3 B-SG-1"),
    "no lock of a route target": (drop_node("type0/0008000000"), "M-RTBR-1 M-RTID-4 M-RTID-5"),
    "lock of a route target of another": (set_node("type0/0008000002", "a:b:c:c"), "M-RTID-4 M-RTID-5 M-RTID-6"),
    "lock names another instance": (
        set_node("type0/0008000002", "default-domain:demo:red:red"),
        "M-RTBR-3 M-RTBR-5 M-RTID-4 M-RTID-5 M-RTID-6",
    ),
    "lock below the range": (add_node("id/bgp/route-targets/type0/0000000005", "a:b:c:c"), "M-RTID-1 M-RTID-6"),
    "route target lock of nobody": (add_node("id/bgp/route-targets/type0/0008000099", "a:b:c:c"), "M-RTID-6"),
    "schema row gone": (lambda s: s.targets.pop("default-domain:demo:red:red"), "M-RTID-6"),
    "schema row below the range": (
        lambda s: s.targets["default-domain:demo:red:red"].update(rtgt_num=["100", 1]),
        "M-RTID-1 M-RTID-4 M-RTID-6",
    ),
    "schema row of nobody": (
        lambda s: s.targets.update({"a:b:c:c": {"rtgt_num": ["8000000", 1]}}),
        "B-RI-2 B-RT-1 M-RTID-4",
    ),
    "schema row without target": (
        lambda s: s.targets["default-domain:demo:red:red"].update(rtgt_num=["8000055", 1]),
        "B-RT-2 M-RTID-4 M-RTID-6",
    ),
    "schema row of a target not referred to": (
        unlink(RED_RI, "routing_instance", RED_RT, "route_target"),
        "B-RT-2 M-RTBR-3 M-RTID-5 M-RTID-6",
    ),
    "malformed route target": (
        put(RED, "prop:route_target_list", {"route_target": ["target:64512"]}),
        "M-RTID-2",
    ),
    "user takes a system target": (
        put(RED, "prop:import_route_target_list", {"route_target": ["target:64512:8000001"]}),
        "M-RTID-3",
    ),
    "back-ref of a foreign instance": (lambda s: s.ref(BLUE_RI, RED_RT), "M-RTBR-5"),
    "chain instance without information": (drop(CHAIN, "prop:service_chain_information"), "M-RTBR-5"),
    "chain instance gone": (
        drop_row(CHAIN),
        "M-RTBR-4 M-RTBR-5 M-FQN-1 M-FQN-4 B-PAR-6 B-REF-3 B-ZK-7",
    ),
    "two routers on one target": (
        lambda s: s.ref(s.add("logical_router", [*PROJECT, "second"], DEMO), ROUTER_RT),
        "M-RTBR-2",
    ),
    "router target locked for another": (
        set_node("type0/0008000004", "default-domain:demo:other"),
        "M-RTBR-6 M-RTID-4 M-RTID-5 M-RTID-6",
    ),
    "router gone": (
        drop_row(ROUTER),
        "M-RTBR-7 M-RTID-5 M-RTID-6 B-RI-2 M-FQN-1 M-FQN-4 B-PAR-6 B-REF-3 B-ZK-7",
    ),
    "SNAT instance not indexed": (
        drop_index("routing_instance", *PROJECT, "snat-si-left_snat", "snat-si-left_snat"),
        "M-FQN-5 M-RTBR-9 M-RTBR-5",
    ),
    "SNAT instance without the router's target": (
        unlink(SNAT_RI, "routing_instance", ROUTER_RT, "route_target"),
        "M-RTBR-10",
    ),
    "port's instance without the router's target": (
        unlink(RED_RI, "routing_instance", ROUTER_RT, "route_target"),
        "M-RTBR-11",
    ),
    "bundle id of nobody": (add_node("id/aggregated-ethernet/leaf/0000000004", "vpg"), "M-AE-1"),
    "bundle id of an unknown router": (add_node("id/aggregated-ethernet/spine/0000000003", "vpg"), "M-AE-1"),
    # subnets
    "subnet uuid without a row": (lambda s: s.useragent.popitem(), "M-SNU-3 M-SNU-5"),
    "subnet uuid of nobody": (
        lambda s: s.useragent.update({NOBODY: {"value": ["x 1.2.3.0/24", 1]}}),
        "M-SNU-3 M-SNU-4",
    ),
    "subnet key of nobody": (
        lambda s: s.useragent.update({"%s 1.2.3.0/24" % RED: {"value": [NOBODY, 1]}}),
        "M-SNU-1",
    ),
    "subnet without uuid": (edit_subnet(RED, IPAM, 0, subnet_uuid=None), "M-SNU-2 M-SNU-3 M-SNU-4"),
    "subnet without length": (
        edit_subnet(RED, IPAM, 1, subnet={"ip_prefix": "fd00::"}),
        "M-IPA-2 M-IPA-7 M-IPA-11 M-SNU-2 M-SNU-3 M-SNU-4 B-SUB-4",
    ),
    "column with a semicolon": (put(RED, "ref:network_ipam;", None), "M-SNU-7 B-OBJ-5"),
    "IPAM gone": (
        drop_row(IPAM),
        "M-SNU-6 M-FQN-1 M-FQN-4 B-PAR-6 B-REF-1 B-SHR-1 B-ZK-7",
    ),
    "subnet key of another prefix": (
        lambda s: s.useragent[sample.subnet("10.0.0.0", 24, "", "")["subnet_uuid"]].update(value=["x 1.2.3.0/24", 1]),
        "B-SUB-7",
    ),
    "overlapping subnets": (
        edit_subnet(
            RED,
            IPAM,
            1,
            ip_prefix="10.0.0.128",
            ip_prefix_len=25,
            default_gateway="10.0.0.129",
            dns_server_address="10.0.0.130",
        ),
        "B-SUB-1 B-SUB-4 B-SUB-7 M-IPA-7 M-IPA-11",
    ),
    "host bits": (
        edit_subnet(RED, IPAM, 0, ip_prefix="10.0.0.3"),
        "B-SUB-2 B-SUB-7 M-IPA-11 M-IPA-12",
    ),
    "length out of range": (
        edit_subnet(RED, IPAM, 1, ip_prefix_len=129),
        "B-SUB-2 B-SUB-4 B-SUB-7 M-IPA-7 M-IPA-11",
    ),
    "gateway outside": (edit_subnet(RED, IPAM, 0, default_gateway="10.9.0.1"), "B-SUB-3 M-IPA-14"),
    "pool outside": (edit_subnet(RED, IPAM, 0, allocation_pools=[{"start": "10.0.0.8", "end": "10.0.1.8"}]), "B-SUB-3"),
    "pool turned round": (
        edit_subnet(RED, IPAM, 0, allocation_pools=[{"start": "10.0.0.8", "end": "10.0.0.7"}]),
        "B-SUB-3",
    ),
    "pools overlap": (
        edit_subnet(
            RED,
            IPAM,
            0,
            allocation_pools=[{"start": "10.0.0.8", "end": "10.0.0.20"}, {"start": "10.0.0.20", "end": "10.0.0.30"}],
        ),
        "B-SUB-3",
    ),
    # addresses
    "address object gone": (
        drop_row(IP4),
        "M-IPA-3 M-IPA-13 B-SUB-11 M-FQN-1 M-FQN-4 B-REF-3 B-ZK-7",
    ),
    "no address": (drop(IP4, "prop:instance_ip_address"), "M-IPA-4 M-IPA-13"),
    "address null": (address_of(IP4, None), "B-SUB-4 M-IPA-13"),
    "address no address": (address_of(IP4, "10.0.0.300"), "B-SUB-4 M-IPA-13"),
    "no network": (unlink(IP4, "instance_ip", RED, "virtual_network"), "M-IPA-5 M-IPA-13"),
    "floating IP of an unknown network": (
        all_of(
            put(FIP, "fq_name", [*PROJECT, "gone", "floating_ip", "one"]),
            rename_index(
                "floating_ip", [*PROJECT, "red", "floating_ip", "one"], "default-domain:demo:gone:floating_ip:one"
            ),
            drop_node("/floating_ip:default-domain:demo:red:floating_ip:one"),
            add_node("fq-name-to-uuid/floating_ip:default-domain:demo:gone:floating_ip:one", FIP),
        ),
        "M-IPA-5 M-IPA-13 B-PAR-7",
    ),
    "network not indexed": (
        drop_index("virtual_network", *PROJECT, "r\u00e9seau"),
        "M-FQN-5 M-IPA-6 M-VNID-2 M-SNU-3 M-SNU-4",
    ),
    "address in no subnet": (address_of(IP4, "10.9.0.10"), "M-IPA-7 B-SUB-4 M-IPA-13 B-SUB-11"),
    "two with one address": (address_of(FIP, "10.0.0.10", "floating_ip"), "M-IPA-8 M-IPA-13 B-SUB-11"),
    "network address": (address_of(IP4, "10.0.0.0"), "B-SUB-5 M-IPA-13 M-IPA-14 B-SUB-11"),
    "broadcast address": (address_of(IP4, "10.0.0.255"), "B-SUB-5 M-IPA-13 M-IPA-14 B-SUB-11"),
    "gateway address without a router": (
        unlink(ROUTER, "logical_router", PORTS[3], "virtual_machine_interface"),
        "B-SUB-5 M-RTBR-5",
    ),
    "locks are not under a subnet": (add_node("api-server/subnets/default-domain:demo:red"), "M-IPA-1"),
    "no locks at all": (
        lambda s: s.nodes.__setitem__(slice(None), [n for n in s.nodes if "api-server" not in n[0]]),
        "M-IPA-10 M-IPA-12",
    ),
    "empty lock directory": (
        lambda s: s.nodes.__setitem__(
            slice(None), [n for n in s.nodes if "api-server" not in n[0]] + [["/api-server/subnets/", ["", [1.5]]]]
        ),
        "M-IPA-1 M-IPA-10 M-IPA-12",
    ),
    "locks of an unknown network": (
        add_node("api-server/subnets/default-domain:demo:gone:10.7.0.0/24/0168230922", IP4),
        "M-IPA-9 M-IPA-11",
    ),
    "locks of an unknown subnet": (
        add_node("api-server/subnets/default-domain:demo:red:10.7.0.0/24/0168230922", "owner"),
        "M-IPA-11",
    ),
    "subnet without locks": (
        lambda s: s.nodes.__setitem__(slice(None), [n for n in s.nodes if ":fd00::/64/" not in n[0]]),
        "M-IPA-12",
    ),
    "lock of nobody": (add_node(RED_LOCK + "0167772200", NOBODY), "M-IPA-13 B-SUB-11"),
    "lock with another owner": (set_node("/24/0167772170", FIP), "M-IPA-13 M-IPA-14 B-SUB-11"),
    "lock gone": (drop_node("/24/0167772170"), "M-IPA-14"),
    "lock at the undivided address": (
        all_of(
            drop_node("/24/0041959427"),
            add_node("api-server/subnets/default-domain:demo:r\u00e9seau:10.1.0.0/24/%010d" % 0x0A01000C, IP_UNIT),
        ),
        "M-IPA-13 M-IPA-14 B-SUB-9 B-SUB-11",
    ),
    "lock without a number": (add_node(RED_LOCK + "x", IP4), "B-SUB-9"),
    "lock outside of the subnet": (add_node(RED_LOCK + "0167772416", IP4), "M-IPA-13 B-SUB-9 B-SUB-11"),
    # ports and instances
    "port without network": (
        unlink(
            PORTS[2], "virtual_machine_interface", uuid_of("virtual_network", [*PROJECT, "flat"]), "virtual_network"
        ),
        "B-VMI-1",
    ),
    "port without MAC": (drop(PORTS[0], "prop:virtual_machine_interface_mac_addresses"), "B-VMI-1"),
    "MAC not valid": (
        put(PORTS[0], "prop:virtual_machine_interface_mac_addresses", {"mac_address": ["02:00:00:00:00"]}),
        "B-VMI-1",
    ),
    "MAC of two": (
        put(PORTS[0], "prop:virtual_machine_interface_mac_addresses", {"mac_address": ["02:00:00:00:00:03"]}),
        "B-VMI-2",
    ),
    "network without default instance": (
        drop_row(BLUE_RI),
        "B-RI-1 B-RI-2 M-FQN-1 M-FQN-4 B-PAR-6 B-REF-1 B-REF-3 B-ZK-7 M-RTID-5 M-RTID-6",
    ),
    "instance without network": (
        all_of(
            drop(CHAIN, "parent:virtual_network:" + RED),
            drop(CHAIN, "parent_type"),
            drop(RED, "children:routing_instance:" + CHAIN),
        ),
        "B-RI-1",
    ),
    # ZooKeeper
    "path twice": (lambda s: s.nodes.append(s.nodes[0]), "B-STR-12"),
    "path twice, spelt otherwise": (
        lambda s: s.nodes.append([s.nodes[0][0].replace("/id", "//id", 1).rstrip("/"), s.nodes[0][1]]),
        "B-STR-12",
    ),
    "ephemeral": (lambda s: s.nodes[3][1][1].__setitem__(7, 99), "B-ZK-1"),
    "node after its child": (
        all_of(add_node("id/x/y"), add_node("id/x")),
        "B-ZK-4",
    ),
    "name lock of nobody": (add_node("fq-name-to-uuid/domain:old", NOBODY), "B-ZK-7"),
    "name lock of another": (set_node("/virtual_machine:vm-1", RED), "B-ZK-7 B-ZK-9"),
    "no name lock": (drop_node("/virtual_machine:vm-1"), "B-ZK-8"),
    "id not padded": (
        all_of(drop_node("virtual-networks/0000000001"), add_node("id/virtual-networks/1", "default-domain:demo:red")),
        "B-ZK-10",
    ),
    "id not a number": (add_node("id/virtual-networks/x", "default-domain:demo:red"), "B-ZK-10"),
    "bundle id too high": (add_node("id/aggregated-ethernet/leaf/0000000128", "vpg"), "B-ZK-10 M-AE-1"),
}


# What looks odd and is in order.
ACCEPTS = {
    "name quoted in the index": rename_index(
        "virtual_network", [*PROJECT, "r\u00e9seau"], "default-domain%3Ademo%3Ar%C3%A9seau"
    ),
    "longer name in the index": lambda s: s.add("virtual_machine", ["vm-1", "x"]),
    "row without a column": lambda s: s.rows.update({NOBODY: {}}),
    "other spacing in a back-ref": lambda s: s.rows[VM]["backref:virtual_machine_interface:" + PORTS[0]].__setitem__(
        0, '{ "attr":null }'
    ),
    "an additional weak mark on both sides": all_of(
        put(VM, "backref:virtual_machine_interface:" + PORTS[0], {"attr": None, "is_weakref": False}),
        put(PORTS[0], "ref:virtual_machine:" + VM, {"is_weakref": False, "attr": None}),
    ),
    "relaxed back-ref": put(VM, "relaxbackref:" + NOBODY, None),
    "config root as parent type": put(DOMAIN, "parent_type", "config-root"),
    "list and map properties": all_of(put(VM, "propl:x:0", 1), put(VM, "propm:x:a:b", 1)),
    "configured group id": all_of(
        put(GROUP, "prop:security_group_id", 17),
        put(GROUP, "prop:configured_security_group_id", 17),
        drop_node("id/0000000001"),
    ),
    "group name as a printed list": set_node(
        "security-groups/id/0000000001", "[u'default-domain', u'demo', 'default']"
    ),
    "network id in the old place": all_of(
        drop(RED, "prop:virtual_network_network_id"), put(RED, "prop:virtual_network_properties", {"network_id": 2})
    ),
    "two ports of the router in one network": lambda s: s.ref(ROUTER, PORTS[0]),
    "Kubernetes floating IP": lambda s: s.add("floating_ip", ["ip-4", "fip"], IP4, floating_ip_address="1.2.3.4"),
    "gateway locked": add_node(RED_LOCK + "0167772161", NOBODY),
    "DNS address locked by name": add_node(RED_LOCK + "0167772162", "dns_server"),
    "gateway switched off": edit_subnet(RED, IPAM, 1, default_gateway="0.0.0.0"),
    "no shared table": lambda s: setattr(s, "shared", None),
    "inner name lock hidden by a longer one": all_of(
        lambda s: s.add("virtual_machine", ["vm-1/x"]), drop_node("virtual_machine:vm-1")
    ),
    "name lock dropped by the exporter": lambda s: (
        s.add("virtual_machine", ["x/admin"]),
        s.drop_node("virtual_machine:x/admin"),
    ),
    "ae interface": all_of(
        lambda s: s.add(
            "physical_interface",
            ["default-global-system-config", "leaf", "ae7"],
            uuid_of("physical_router", ["default-global-system-config", "leaf"]),
        ),
        add_node("id/aggregated-ethernet/leaf/0000000007", "vpg"),
    ),
    "paths without slashes at the ends": lambda s: [n.__setitem__(0, n[0].strip("/")) for n in s.nodes],
}


class Consistency(unittest.TestCase):
    def test_the_sample_is_clean(self):
        for cluster in ("", "c7", "Some.Class"):
            self.assertEqual(ids(sample.consistent(cluster)), set())

    def test_finds(self):
        clean = sample.consistent()
        for label, (change, expected) in FINDS.items():
            with self.subTest(label):
                s = clean.copy()
                change(s)
                self.assertEqual(ids(s), set(expected.split()))

    def test_finds_with_a_cluster_id(self):
        clean = sample.consistent("c7")
        for label in ("lock gone", "no network id", "no name lock", "no lock of a route target", "bundle id of nobody"):
            change, expected = FINDS[label]
            with self.subTest(label):
                s = clean.copy()
                change(s)
                self.assertEqual(ids(s), set(expected.split()))

    def test_accepts(self):
        clean = sample.consistent()
        for label, change in ACCEPTS.items():
            with self.subTest(label):
                s = clean.copy()
                change(s)
                self.assertEqual(ids(s), set())

    def test_every_rule_is_tried(self):
        tried = {id_ for _, expected in FINDS.values() for id_ in expected.split()}
        directory = os.path.dirname(os.path.abspath(__file__))
        known = set()
        for name in os.listdir(directory):
            if name.startswith("rules_") or name in ("objectview.py", "subnets.py"):
                with open(os.path.join(directory, name), encoding="utf-8") as file:
                    known |= set(re.findall(r'"((?:[MB]-[A-Z]+-\d+)|X-[A-Z]+)"', file.read()))
        self.assertGreater(len(known), 80)
        self.assertEqual(known - tried - {"B-STR-11"}, set())

    def test_repeated_keys(self):
        text = sample.consistent().bytes()
        text = text[:-1] + b', "x": {"a": 1, "a": 2}}'
        found = check_consistency.findings(dumpfile.read(text, allow_repeats=True))
        self.assertEqual([(f[0], f[1]) for f in found], [("B-STR-11", "x/a")])

    def test_a_service_chain_sorted_last_keeps_its_target(self):
        # Section A4, 1: whichever of the two back-refs comes last in byte order.
        s = sample.consistent()
        rt = s.rows[RED_RT]
        order = sorted(c for c in rt if c.startswith("backref:routing_instance:"))
        self.assertEqual(len(order), 2)
        for spare in (RED_RI, CHAIN):
            moved = spare.replace(spare[:8], "ffffffff")
            text = s.bytes().decode().replace(spare, moved)
            found = check_consistency.findings(dumpfile.read(text.encode()))
            self.assertEqual({f[0] for f in found}, {"B-TS-6"})

    def test_consistent_dumps(self):
        for name in ("consistent.json.gz", "consistent-cluster-id.json.gz"):
            path = os.path.join(SHARED_DUMPS, name)
            if os.path.exists(path):
                self.assertEqual(check_consistency.findings(dumpfile.load(path)), [], name)


if __name__ == "__main__":
    unittest.main()
