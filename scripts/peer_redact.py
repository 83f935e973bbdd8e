#!/usr/bin/env python3
"""What somebody would write in an afternoon instead of `dumptool redact`: peer_redact.py DUMP OUT

Loads a dump with orjson (json, if that is not there) and masks the columns that are known to hold passwords. It is here to
be measured against, not to be relied on: it knows five columns, looks into no text and proves nothing.
"""
import sys

try:
    from orjson import dumps, loads
except ImportError:
    import json

    loads = json.loads

    def dumps(value):
        return json.dumps(value).encode()


COLUMNS = ("prop:physical_router_user_credentials", "prop:physical_router_snmp_credentials", "prop:bgp_router_parameters",
           "prop:service_appliance_user_credentials", "propl:fabric_credentials:")


def main(name, out):
    with open(name, "rb") as f:
        dump = loads(f.read())
    for row in dump["cassandra"]["config_db_uuid"]["obj_uuid_table"].values():
        for column, cell in row.items():
            if column.startswith(COLUMNS):
                cell[0] = '"********"'
    with open(out, "wb") as f:
        f.write(dumps(dump))


if __name__ == "__main__":
    main(*sys.argv[1:])
