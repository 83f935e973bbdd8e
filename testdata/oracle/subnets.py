"""The subnets and the address objects of a dump, and ZooKeeper's address locks."""

import ipaddress
import re

from objectview import ABSENT

FLAT = "flat-subnet"
LOCKS = "api-server/subnets"
# What the database holds where a subnet has no gateway or DNS address of its own.
NO_ADDRESS = (None, "", "None", "0.0.0.0", "::")


LEADING_ZEROS = re.compile(r"\A0+(?=[0-9])")


def address(text):
    """The address in any spelling, with leading zeros too (B-SUB-10); None when it is none."""
    try:
        if isinstance(text, str) and re.fullmatch(r"[0-9]+(\.[0-9]+){3}", text, re.ASCII):
            text = ".".join(LEADING_ZEROS.sub("", part) for part in text.split("."))
        return ipaddress.ip_address(text) if isinstance(text, str) else None
    except ValueError:
        return None


def prefix_length(value):
    """A number, or a text that is one: the original only ever prints it behind the slash. Anything else as it is."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}", value, re.ASCII):
        return int(value)
    return value


class Subnet:
    """One element of ipam_subnets. owner is the fq_name text that locks are kept under."""

    def __init__(self, owner, where, element):
        self.owner, self.where = owner, where
        self.element = element
        subnet = element.get("subnet")
        self.prefix = subnet.get("ip_prefix") if isinstance(subnet, dict) else None
        self.length = prefix_length(subnet.get("ip_prefix_len")) if isinstance(subnet, dict) else None
        self.complete = self.prefix is not None and self.length is not None
        self.text = "%s/%s" % (self.prefix, self.length)
        self.network = None
        start = address(self.prefix)
        if start is not None and isinstance(self.length, int) and not isinstance(self.length, bool):
            if 0 <= self.length <= start.max_prefixlen:
                self.network = ipaddress.ip_network((start, self.length), strict=False)
        unit = element.get("alloc_unit")
        self.unit = unit if isinstance(unit, int) and unit > 0 else 1
        self.holders = {}  # address -> uuid of the first object that has it

    @property
    def key(self):
        return self.owner, self.text

    def contains(self, place):
        return self.network is not None and place.version == self.network.version and place in self.network

    def named_address(self, member):
        text = self.element.get(member)
        return None if text in NO_ADDRESS else address(text)

    def specials(self):
        """Addresses that may be locked without an object."""
        found = {self.named_address("default_gateway"), self.named_address("dns_server_address"), address(self.prefix)}
        if self.network is not None:
            found |= {self.network.network_address, self.network.broadcast_address}
        return found

    def address_of(self, number):
        """The address that a lock's number stands for, None when there is none."""
        if self.network is None:
            return None
        try:
            return type(self.network.network_address)(number * self.unit)
        except ValueError:
            return None


class Networks:
    """Subnets by virtual network. of[uuid] lists them; a flat IPAM's are shared objects."""

    def __init__(self, view):
        self.view = view
        self.of, self.uuids_of = {}, {}
        self._flat = {}
        for _, uuid, row in view.indexed_rows("virtual_network"):
            if row is not None and row.fq_name is not None and uuid not in self.of:
                self.read(row)

    def read(self, row):
        subnets, uuids = [], {}
        for type_, ipam_uuid, column in row.links["ref"]:
            if type_ != "network_ipam":
                continue
            where = row.uuid + "/" + column
            ipam = self.view.rows.get(ipam_uuid)
            if ipam is None or not ipam.cells.keys() & {"fq_name", "prop:ipam_subnet_method"}:
                self.view.findings.add("M-SNU-6", where, "IPAM is absent")
                ipam = None
            attribute = self.view.attribute(row, column)
            elements = attribute.get("ipam_subnets") if isinstance(attribute, dict) else None
            elements = [e for e in elements or [] if isinstance(e, dict)]
            flat = ipam is not None and self.view.value(ipam, "prop:ipam_subnet_method") == FLAT
            self._uuids(uuids, elements, flat, where)
            if flat:
                subnets += [s for s in self._of_flat(ipam) if s not in subnets]
            else:
                for element in elements:
                    if ipam is None and "subnet" not in element:
                        continue  # of a flat IPAM that is gone
                    subnets += self._complete(Subnet(row.name, where, element))
        if "ref:network_ipam;" in row.cells:
            self.view.findings.add("M-SNU-7", row.uuid, "column ref:network_ipam;")
        self.of[row.uuid], self.uuids_of[row.uuid] = subnets, uuids

    def _uuids(self, uuids, elements, flat, where):
        for element in elements:
            if flat or ("subnet" not in element and "subnet_uuid" in element):
                if element.get("subnet_uuid") is not None:
                    uuids[element["subnet_uuid"]] = "0.0.0.0/0"
            elif "subnet" in element:
                subnet = Subnet("", where, element)
                if element.get("subnet_uuid") is None or not subnet.complete:
                    self.view.findings.add("M-SNU-2", where, "subnet without uuid, prefix or length")
                else:
                    uuids[element["subnet_uuid"]] = subnet.text

    def _complete(self, subnet):
        if not subnet.complete:
            self.view.findings.add("M-IPA-2", subnet.where, "subnet without prefix or length")
            return []
        return [subnet]

    def _of_flat(self, ipam):
        if ipam.uuid not in self._flat:
            owner = ipam.name if ipam.fq_name is not None else ipam.uuid
            elements = []
            for column in sorted(c for c in ipam.cells if c.startswith("propl:ipam_subnets:")):
                elements.append((column, self.view.value(ipam, column)))
            whole = self.view.value(ipam, "prop:ipam_subnets")  # before it became a list property
            if isinstance(whole, dict):
                whole = whole.get("subnets")
            if isinstance(whole, list):
                elements += [("prop:ipam_subnets", element) for element in whole]
            self._flat[ipam.uuid] = [
                subnet
                for column, element in elements
                if isinstance(element, dict)
                for subnet in self._complete(Subnet(owner, ipam.uuid + "/" + column, element))
            ]
        return self._flat[ipam.uuid]

    def all_subnets(self):
        """Every subnet once."""
        return list({id(s): s for subnets in self.of.values() for s in subnets}.values())


class Locks:
    """ZooKeeper's side: by_key[(owner, subnet text)] lists (name of the node, data, path)."""

    def __init__(self, view, owners):
        self.owners = owners
        self._known = {}
        self.by_key, self.stray = {}, []
        for relative, node in view.tree.below(LOCKS):
            self._file(relative, node)
        if LOCKS in view.tree.leaves and not view.tree.names(LOCKS):
            self.stray.append(LOCKS)

    def _file(self, relative, node):
        parts = relative.split("/")
        for i in range(1, len(parts) + 1):
            subnet = self._owner_and_prefix("/".join(parts[:i]))
            if subnet is None:
                continue
            owner, prefix = subnet
            rest = parts[i:]
            found = self.by_key.setdefault((owner, "/".join([prefix, *rest[:1]])), [])
            if len(rest) > 1:
                found.append(("/".join(rest[1:]), node.data, LOCKS + "/" + relative))
            return
        self.stray.append(LOCKS + "/" + relative)

    def _owner_and_prefix(self, text):
        if text not in self._known:
            self._known[text] = self._split(text)
        return self._known[text]

    def _split(self, text):
        # Names may hold colons, so a known owner decides before the rule of the
        # original, which splits at the third colon.
        at = text.find(":")
        while at >= 0:
            if text[:at] in self.owners and address(text[at + 1 :]) is not None:
                return text[:at], text[at + 1 :]
            at = text.find(":", at + 1)
        parts = text.split(":", 3)
        if len(parts) == 4 and address(parts[3]) is not None:
            return ":".join(parts[:3]), parts[3]
        return None


ADDRESS_TYPES = {
    "instance_ip": "prop:instance_ip_address",
    "floating_ip": "prop:floating_ip_address",
    "alias_ip": "prop:alias_ip_address",
}


def network_of(view, row):
    """(uuid of the virtual network or None, whether the object is to be looked at)."""
    if row.type == "instance_ip":
        networks = row.links_to("ref", "virtual_network")
        return (networks[0] if networks else None), True
    if row.fq_name is None:
        return None, True
    if row.type == "floating_ip" and len(row.fq_name) <= 2 and row.parent_type != "floating-ip-pool":
        return None, False  # made by Kubernetes, below an instance_ip
    name = ":".join(row.fq_name[:-2])
    named = view.indexed("virtual_network", name)
    if named:
        return named[0], True
    for network in view.of_type("virtual_network") if name else ():
        if network.fq_name is not None and network.name == name:
            return network.uuid, True
    return None, True


def address_of(view, row):
    """(text or ABSENT, address or None) of an address object."""
    value = view.value(row, ADDRESS_TYPES[row.type]) if row.type in ADDRESS_TYPES else ABSENT
    return value, address(value)
