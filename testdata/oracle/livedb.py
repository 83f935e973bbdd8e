"""What the programs that look at live databases have in common: connections, and the names that are theirs.

Written from the description of the format; it shares nothing with the program under test.
"""
import logging

from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.policies import RoundRobinPolicy
from kazoo.client import KazooClient

logging.disable(logging.CRITICAL)
KEYSPACES = ("config_db_uuid", "useragent", "to_bgp_keyspace", "svc_monitor_keyspace", "dm_keyspace")
# Top nodes of other systems, and those that are made anew by whoever needs them.
IGNORED = set(
    "consumers config controller isr_change_notification admin brokers zookeeper controller_epoch api-server-election "
    "schema-transformer device-manager svc-monitor contrail_cs lockpath vnc_api_server_locks vnc_api_server_obj_create "
    "vcenter-plugin vcenter-fabric-manager analytics-discovery-".split())
# Families of nodes that stand outside of the cluster's prefix.
OUTSIDE = ("/validation", "/id/service-chain", "/id/pnf", "/id/f5-lb", "/job-manager")


def arguments(parser):
    parser.add_argument("--cassandra", required=True, help="HOST:PORT,…")
    parser.add_argument("--zookeeper", required=True, help="HOST:PORT,…")
    parser.add_argument("--cluster-id", default="")


def connect(args, timeout=60, login="", **profile):
    """A cluster and a session; login is USER:PASSWORD, profile goes to the driver's ExecutionProfile."""
    hosts = [h.rsplit(":", 1) for h in args.cassandra.split(",")]
    profile = ExecutionProfile(load_balancing_policy=RoundRobinPolicy(), request_timeout=timeout,
                               consistency_level=ConsistencyLevel.QUORUM, **profile)
    auth = PlainTextAuthProvider(*login.split(":")) if login else None
    cluster = Cluster([h for h, _ in hosts], port=int(hosts[0][1]), execution_profiles={EXEC_PROFILE_DEFAULT: profile},
                      auth_provider=auth)
    return cluster, cluster.connect()


def zookeeper(args):
    client = KazooClient(args.zookeeper)
    client.start()
    return client


def live_name(args, keyspace):
    return args.cluster_id + "_" + keyspace if args.cluster_id else keyspace


def to_bytes(text):
    return text.encode("utf-8", "surrogatepass")
