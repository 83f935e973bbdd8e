"""Rules about subnets, addresses and ports: M-SNU, M-IPA, B-SUB, B-VMI."""

import re

from objectview import ABSENT, is_uuid
from subnets import ADDRESS_TYPES, Locks, Networks, NO_ADDRESS, address, address_of, network_of

MAC = re.compile(r"(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\Z")
SUBNET_KEY = re.compile(r".* .*/.*")


def check(view):
    networks = Networks(view)
    subnet_uuids(view, networks)
    for subnet in networks.all_subnets():
        shape_of_subnet(view, subnet)
    for uuid, subnets in networks.of.items():
        overlaps(view, uuid, subnets)
    addresses(view, networks)
    owners = {row.name for t in ("virtual_network", "network_ipam") for row in view.of_type(t) if row.fq_name}
    locks = Locks(view, owners)
    compare_locks(view, networks, locks)
    ports(view)


def subnet_uuids(view, networks):
    add = view.findings.add
    stored, keys = {}, {}
    for key, row in view.dump.table("useragent", "useragent_keyval_table").items():
        value = row.get("value")
        if value is None:
            continue
        (keys if SUBNET_KEY.match(key) else stored)[key] = value.value
    for key, uuid in keys.items():
        if uuid not in stored:
            add("M-SNU-1", key, "no row for %s" % uuid)
    wanted = {}
    for network, uuids in networks.uuids_of.items():
        for uuid, prefix in uuids.items():
            wanted.setdefault(uuid, "%s %s" % (network, prefix))
    if len(stored) != len(wanted):
        add("M-SNU-3", "useragent_keyval_table", "%d subnet uuids, networks have %d" % (len(stored), len(wanted)))
    for uuid in sorted(stored.keys() - wanted.keys()):
        add("M-SNU-4", uuid, "in no network")
    for uuid in sorted(wanted.keys() - stored.keys(), key=str):
        add("M-SNU-5", str(uuid), "not in useragent_keyval_table")
    for uuid in sorted(wanted.keys() & stored.keys()):
        if stored[uuid] != wanted[uuid]:
            add("B-SUB-7", uuid, "%s instead of %s" % (stored[uuid], wanted[uuid]))


def shape_of_subnet(view, subnet):
    add, where = view.findings.add, subnet.where + " " + subnet.text
    if subnet.network is None:
        add("B-SUB-2", where, "not a network")
        return
    if subnet.network.network_address != address(subnet.prefix):
        add("B-SUB-2", where, "host bits are set")
    for member in ("default_gateway", "dns_server_address"):
        text = subnet.element.get(member)
        if text in NO_ADDRESS:
            continue
        place = address(text)
        if place is None or not subnet.contains(place):
            add("B-SUB-3", where, "%s %s is outside" % (member, text))
    pools = []
    for pool in subnet.element.get("allocation_pools") or []:
        start, end = (address(pool.get(m)) if isinstance(pool, dict) else None for m in ("start", "end"))
        if start is None or end is None or not subnet.contains(start) or not subnet.contains(end) or start > end:
            add("B-SUB-3", where, "allocation pool is outside or turned round")
        else:
            pools.append((start, end))
    pools.sort()
    if any(before[1] >= after[0] for before, after in zip(pools, pools[1:])):
        add("B-SUB-3", where, "allocation pools overlap")


def overlaps(view, uuid, subnets):
    for version in (4, 6):
        known = sorted((s.network for s in subnets if s.network is not None and s.network.version == version))
        for before, after in zip(known, known[1:]):
            if before.overlaps(after):
                view.findings.add("B-SUB-1", uuid, "%s and %s overlap" % (before, after))


def addresses(view, networks):
    for type_, column in ADDRESS_TYPES.items():
        for name, uuid, row in view.indexed_rows(type_):
            if row is None:
                view.findings.add("M-IPA-3", "%s/%s" % (type_, name), "no object %s" % uuid)
            elif column not in row.cells:
                view.findings.add("M-IPA-4", uuid, "no " + column)
            else:
                one_address(view, networks, row)


def one_address(view, networks, row):
    add = view.findings.add
    text, place = address_of(view, row)
    network, wanted = network_of(view, row)
    if not wanted:
        return
    if place is None and text is not ABSENT:
        add("B-SUB-4", row.uuid, "%s is not an address" % text)
    if network is None or network not in view.rows or view.rows[network].fq_name is None:
        add("M-IPA-5", row.uuid, "no virtual network")
        return
    if network not in networks.of:
        add("M-IPA-6", row.uuid, "virtual network %s is not indexed" % network)
        networks.read(view.rows[network])
    if place is None:
        return
    subnet = next((s for s in networks.of[network] if s.contains(place)), None)
    if subnet is None:
        add("M-IPA-7", row.uuid, "%s is in no subnet of %s" % (place, network))
        add("B-SUB-4", row.uuid, "%s is in no subnet of %s" % (place, network))
        return
    if place == subnet.named_address("default_gateway"):
        if not at_router(view, row):
            add("B-SUB-5", row.uuid, "%s is the gateway" % place)
        return
    if is_edge(subnet.network, place):
        add("B-SUB-5", row.uuid, "%s is the network or broadcast address" % place)
    if place in subnet.holders:
        add("M-IPA-8", row.uuid, "%s is also that of %s" % (place, subnet.holders[place]))
    else:
        subnet.holders[place] = row.uuid


def is_edge(network, place):
    if network.num_addresses <= 2:
        return False
    if place == network.network_address:
        return True
    return network.version == 4 and place == network.broadcast_address  # IPv6 has no broadcast


def at_router(view, row):
    """Whether an address belongs to a router's port, which may hold the gateway address."""
    for port in row.links_to("ref", "virtual_machine_interface"):
        interface = view.rows.get(port)
        if interface is None:
            continue
        owner = view.value(interface, "prop:virtual_machine_interface_device_owner")
        if interface.links_to("backref", "logical_router"):
            return True
        if isinstance(owner, str) and owner.startswith("network:router"):
            return True
    return False


def compare_locks(view, networks, locks):
    add = view.findings.add
    for path in locks.stray:
        add("M-IPA-1", path, "not a subnet")
    subnets = {}
    for subnet in networks.all_subnets():
        subnets.setdefault(subnet.key, []).append(subnet)
    used = {key for key, same in subnets.items() if any(s.holders for s in same)}
    locked = {key for key, found in locks.by_key.items() if found}
    zookeeper_owners = {owner for owner, _ in locks.by_key}
    cassandra_owners = {owner for owner, _ in subnets}
    for owner in sorted({owner for owner, _ in locked} - cassandra_owners):
        add("M-IPA-9", owner, "only ZooKeeper has locks for it")
    for owner in sorted({owner for owner, _ in used} - zookeeper_owners):
        add("M-IPA-10", owner, "ZooKeeper has no locks for it")
    texts = {text for _, text in subnets}
    for owner, text in sorted(locks.by_key.keys() - subnets.keys()):
        if text not in texts:
            add("M-IPA-11", "%s:%s" % (owner, text), "only ZooKeeper has it")
    for owner, text in sorted(used - locks.by_key.keys()):
        add("M-IPA-12", "%s:%s" % (owner, text), "ZooKeeper does not have it")
    for key, found in locks.by_key.items():
        compare_subnet(view, subnets.get(key, []), found)


def compare_subnet(view, same, found):
    """Locks against holders; the number of a lock is the address divided by alloc_unit."""
    add = view.findings.add
    held = {}
    for subnet in same:
        for place, uuid in subnet.holders.items():
            held[uuid, int(place) // subnet.unit] = place
    specials = set().union(*(subnet.specials() for subnet in same)) if same else set()
    seen = set()
    for name, owner, path in found:
        if not (name.isascii() and name.isdecimal()):
            add("B-SUB-9", path, "not a number")
            continue
        place = same[0].address_of(int(name)) if same else None
        if same and same[0].network is not None and (place is None or not same[0].contains(place)):
            add("B-SUB-9", path, "outside of its subnet")
        seen.add((owner, int(name)))
        if same and (owner, int(name)) not in held and place not in specials:
            add("M-IPA-13", path, "only ZooKeeper has it, for %s" % owner)
        if is_uuid(owner) and place not in specials:
            lock_owner(view, path, owner, place)
    for uuid, number in held.keys() - seen if same else ():
        add("M-IPA-14", uuid, "no lock %010d for %s" % (number, held[uuid, number]))


def lock_owner(view, path, owner, place):
    row = view.rows.get(owner)
    if row is None or row.type not in ADDRESS_TYPES:
        view.findings.add("B-SUB-11", path, "%s is no living address object" % owner)
        return
    of_object = address_of(view, row)[1]
    if place is not None and of_object is not None and of_object != place:
        view.findings.add("B-SUB-11", path, "%s has the address %s" % (owner, of_object))


def ports(view):
    macs = {}
    for row in view.of_type("virtual_machine_interface"):
        networks = row.links_to("ref", "virtual_network")
        if len(networks) != 1:
            view.findings.add("B-VMI-1", row.uuid, "%d virtual networks" % len(networks))
        listed = view.value(row, "prop:virtual_machine_interface_mac_addresses")
        if isinstance(listed, dict):
            listed = listed.get("mac_address")
        if not isinstance(listed, list) or not listed:
            view.findings.add("B-VMI-1", row.uuid, "no MAC address")
            continue
        for mac in listed:
            if not isinstance(mac, str) or not MAC.match(mac):
                view.findings.add("B-VMI-1", row.uuid, "MAC address %s" % mac)
                continue
            for network in networks:
                other = macs.setdefault((network, mac.lower()), row.uuid)
                if other != row.uuid:
                    view.findings.add("B-VMI-2", row.uuid, "%s is also that of %s" % (mac, other))
