package redact

import (
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// tablePlan is what is done with the rows of a table. The functions return nil
// for a name that stays.
type tablePlan struct {
	plan        // of its values
	object bool // obj_uuid_table
	// keepsKeys tells that row keys hold no names.
	keepsKeys bool
	key       func(r *redactor, key []byte) []byte
	column    func(r *redactor, column []byte) []byte
	value     func(r *redactor, key, column, value []byte) ([]byte, bool)
}

// skips tells if a cell has nothing in it that needs a look.
func (t *tablePlan) skips(r *redactor, c *dump.Cell) bool {
	return t.object && !r.rare() && c.Shape == 0 && string(c.Value.Raw()) == "null" && !c.Value.Long() && isLink(c.Name.Raw)
}

// isLink tells if a column is one of those that programs name.
func isLink(name []byte) bool {
	return len(name) > 4 && (name[0] == 'c' || name[0] == 'b' || name[0] == 'r' || name[0] == 'p' && name[1] == 'a') &&
		contrail.ParseColumn(name).Kind.IsLink()
}

// planOfTable returns the plan of a table.
func (r *redactor) planOfTable(keyspace, table string) *tablePlan {
	t := &tablePlan{plan: plan{name: keyspace + "/" + table}}
	t.key = func(r *redactor, key []byte) []byte { return r.programName(&t.plan, key) }
	t.column = t.key
	t.value = func(r *redactor, key, column, value []byte) ([]byte, bool) {
		return r.blob(&t.plan, value, contrail.IsSecretName(string(column)))
	}
	plain := func(r *redactor, key, column, value []byte) ([]byte, bool) { return r.plain(&t.plan, value) }
	switch table {
	case "obj_uuid_table":
		t.object = keyspace == "config_db_uuid"
		t.keepsKeys = t.object
	case "obj_fq_name_table":
		t.keepsKeys = true
		t.column = func(r *redactor, column []byte) []byte { return r.indexColumn(&t.plan, column) }
		t.value = plain
	case "obj_shared_table":
		t.keepsKeys = true
		t.value = plain
	case "route_target_table", "service_chain_ip_address_table", "service_chain_table", "service_chain_uuid_table",
		"dm_pr_vn_ip_table", "dm_pnf_resource_table", "dm_pr_ae_id_table", "dm_pr_asn_table", "dm_ni_ipv6_ll_table":
		t.value = plain
	}
	return t
}

// programName redacts a name in which programs put names together.
func (r *redactor) programName(p *plan, name []byte) []byte {
	if redacted, changed := r.plain(p, name); changed {
		return redacted
	}
	return nil
}

// indexColumn redacts a column of obj_fq_name_table, NAME:UUID.
func (r *redactor) indexColumn(p *plan, column []byte) []byte { return r.programName(p, column) }
