"""Paths of ZooKeeper nodes as dumps spell them: cluster id, family, normal form."""

# First components below the prefix, of the families that Contrail writes and of
# those that only share the tree (sections 2.2 and 6 of the format).
KNOWN_TOPS = frozenset(
    "fq-name-to-uuid api-server id vnc_api_server_obj_create api-server-election schema-transformer"
    " svc-monitor device-manager vnc_api_server_locks validation job-manager"
    " zookeeper consumers config controller isr_change_notification admin brokers controller_epoch"
    " contrail_cs lockpath vcenter-plugin vcenter-fabric-manager".split()
)
KNOWN_TOP_PREFIX = "analytics-discovery-"

# What the exporter leaves out at any depth.
IGNORED_NAMES = frozenset(
    "consumers config controller isr_change_notification admin brokers zookeeper controller_epoch"
    " api-server-election schema-transformer device-manager svc-monitor contrail_cs lockpath"
    " vnc_api_server_locks vnc_api_server_obj_create vcenter-plugin vcenter-fabric-manager".split()
)


def components(path):
    return [part for part in path.split("/") if part]


def normal(path):
    """One leading slash, no trailing one, no empty component; the cluster id stays."""
    return "/" + "/".join(components(path))


def is_known_top(name):
    return name in KNOWN_TOPS or name.startswith(KNOWN_TOP_PREFIX)


def is_ignored(name):
    return name in IGNORED_NAMES or name.startswith(KNOWN_TOP_PREFIX)


def split_cluster(path):
    """(cluster id or "", the other components).

    A path without a leading slash carries a cluster id unless it begins with a
    known top; one with a leading slash only if an unknown first component is
    followed by a known top.
    """
    parts = components(path)
    if not parts or is_known_top(parts[0]):
        return "", parts
    if not path.startswith("/") or (len(parts) > 1 and is_known_top(parts[1])):
        return parts[0], parts[1:]
    return "", parts


def family(path):
    """The first component below the cluster id, "" for the root itself."""
    parts = split_cluster(path)[1]
    return parts[0] if parts else ""
