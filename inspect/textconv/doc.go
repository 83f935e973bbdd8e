// Package textconv writes a dump as lines that git, and people, can compare: a
// heading for each object, row or member, and below it a line for each leaf of
// each value, sorted, so that a change of one field is a change of one line
// wherever the dump has it and however it is spelled.
//
//	virtual_network default-domain:tenant:net-1 5c0c9a0e-…
//	    fq_name = ["default-domain", "tenant", "net-1"]
//	    prop:id_perms.permissions.owner = "admin"
//	    ref:network_ipam:e2f1….attr.ipam_subnets[0].subnet.ip_prefix = "10.0.0.0"
//	useragent/useragent_keyval_table/KEY
//	    value = "..."
//	zk:/id/virtual-networks/0000000007
//	    data = "default-domain:tenant:net-1"
//
// Secrets are masked unless asked for. What changes by itself or only repeats
// something else is left out unless asked for: write times, last_modified,
// META:latest_col_ts, stats, nodes of sessions; back-references, children, the
// tables of names and shares, the locks of names.
//
// The lines are sorted within the memory budget of the dump and spill beyond it.
package textconv
