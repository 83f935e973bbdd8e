#!/usr/bin/env python3
"""Writes the cells of a dump with the Python driver, a prepared statement for each cell: imports are measured against it.

  live_loop.py HOST PORT PREFIX DUMP REQUESTS
"""
import json
import sys
import time

from cassandra import ConsistencyLevel
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.concurrent import execute_concurrent
from cassandra.policies import RoundRobinPolicy


def main():
    host, port, prefix, path, requests = sys.argv[1:6]
    profile = ExecutionProfile(load_balancing_policy=RoundRobinPolicy(), request_timeout=60,
                               consistency_level=ConsistencyLevel.QUORUM)
    cluster = Cluster([host], port=int(port), execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    session = cluster.connect()
    begin = time.time()
    dump = json.load(open(path))
    loaded = time.time()

    def statements():
        for keyspace, tables in dump["cassandra"].items():
            for table, rows in tables.items():
                insert = session.prepare(
                    'INSERT INTO "%s%s"."%s" (key, column1, value) VALUES (?, ?, ?) USING TIMESTAMP ?' % (prefix, keyspace, table))
                for key, cells in rows.items():
                    for name, (value, stamp) in cells.items():
                        yield insert, (key.encode(), name.encode(), value, stamp)

    cells = 0
    for _ in execute_concurrent(session, statements(), concurrency=int(requests), results_generator=True):
        cells += 1
    took = time.time() - loaded
    print("Python driver loop: %d cells in %.1f s, %.0f cells/s (and %.1f s to load the dump)" % (cells, took, cells / took, loaded - begin))
    cluster.shutdown()


main()
