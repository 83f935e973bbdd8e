package main

import "strings"

// oldWords translates the command line of db_json_exim.py, which has no sub-command, into that of this program:
// --export-to F or --import-from F, and the words of the API server that the original passed on. Other command lines
// come back as they are. A value can follow its word behind a blank or an equals sign; a list goes on up to the next
// word.
func oldWords(args []string, o *liveOptions) ([]string, error) {
	first := ""
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			if first == "" {
				return args, nil // a sub-command stands in front
			}
			continue
		}
		name, _, _ := strings.Cut(a, "=")
		if name == "--export-to" || name == "--import-from" {
			first = name
			break
		}
		if first == "" {
			first = a
		}
	}
	if first != "--export-to" && first != "--import-from" {
		return args, nil
	}
	var out, rest []string
	var exports, imports bool
	for i := 0; i < len(args); {
		name, value, has := strings.Cut(args[i], "=")
		i++
		var values []string
		if has {
			values = []string{value}
		}
		for i < len(args) && !strings.HasPrefix(args[i], "--") && !has {
			values = append(values, args[i])
			i++
		}
		one := strings.Join(values, " ")
		switch name {
		case "--export-to":
			exports = true
			// The original wrote over what was there.
			out = append([]string{"export", "--force", "-o", one}, out...)
		case "--import-from":
			imports = true
			out = append([]string{"import", "--yes", one}, out...)
		case "--omit-keyspaces", "--omit-keyspace":
			for _, v := range values {
				rest = append(rest, "--omit-keyspace="+v)
			}
		case "--api-conf", "--buffer-size":
			rest = append(rest, name+"="+one)
		case "--debug", "--verbose":
			rest = append(rest, "-v")
		case "--cluster_id":
			rest = append(rest, "--cluster-id="+one)
		case "--cassandra_server_list":
			rest = append(rest, "--cassandra="+strings.Join(values, ","))
		case "--zk_server_ip":
			rest = append(rest, "--zookeeper="+strings.Join(values, ","))
		case "--cassandra_user":
			rest = append(rest, "--cassandra-user="+one)
		case "--cassandra_password":
			o.password = one
		case "--cassandra_use_ssl":
			o.tls = len(values) == 0 || strings.EqualFold(one, "true") || one == "1"
		case "--cassandra_ca_certs":
			o.oldCACert = one
		case "--cassandra_driver", "--zookeeper_insecure_enable":
			// There is one driver, and servers are verified always.
		case "--zookeeper_ssl_enable":
			o.zkTLS = len(values) == 0 || strings.EqualFold(one, "true") || one == "1"
		case "--zookeeper_ssl_certfile":
			rest = append(rest, "--zk-cert="+one)
		case "--zookeeper_ssl_keyfile":
			rest = append(rest, "--zk-key="+one)
		case "--zookeeper_ssl_ca_cert":
			rest = append(rest, "--zk-ca-cert="+one)
		default: // a word of this program
			rest = append(rest, name)
			if has {
				rest[len(rest)-1] += "=" + value
			} else {
				rest = append(rest, values...)
			}
		}
	}
	if exports && imports {
		return nil, usagef("--export-to and --import-from exclude each other")
	}
	if imports { // the original ignored it there
		kept := rest[:0]
		for _, r := range rest {
			if !strings.HasPrefix(r, "--omit-keyspace=") && !strings.HasPrefix(r, "--buffer-size=") {
				kept = append(kept, r)
			}
		}
		rest = kept
	}
	return append(out, rest...), nil
}
