package redact

import (
	"bytes"

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
	return t.object && (r.names == nil || !r.names.UUIDs) && c.Shape == 0 && string(c.Value.Raw()) == "null" && !c.Value.Long() && isLink(c.Name.Raw) &&
		endsInUUID(c.Name.Raw)
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
		return r.blob(&t.plan, value, isSecretName(string(column)))
	}
	plain := func(r *redactor, key, column, value []byte) ([]byte, bool) { return r.plainValue(&t.plan, value) }
	switch table {
	case "obj_uuid_table":
		t.object = keyspace == "config_db_uuid"
		t.keepsKeys = t.object
		if t.object {
			t.key = func(r *redactor, key []byte) []byte { return r.idName(&t.plan, key) }
		}
	case "obj_fq_name_table":
		t.keepsKeys = true
		t.key = func(r *redactor, key []byte) []byte { return r.idName(&t.plan, key) }
		t.column = func(r *redactor, column []byte) []byte { return r.indexColumn(&t.plan, column) }
		t.value = plain
	case "obj_shared_table":
		t.keepsKeys = true
		t.key = func(r *redactor, key []byte) []byte { return r.idName(&t.plan, key) }
		t.column = t.key
		t.value = plain
	case "service_chain_table":
		t.value = plain
	case "route_target_table", "service_chain_ip_address_table", "service_chain_uuid_table", "service_instance_table",
		"dm_pr_vn_ip_table", "dm_pnf_resource_table", "dm_pr_ae_id_table", "dm_pr_asn_table", "dm_ni_ipv6_ll_table":
		t.column = func(r *redactor, column []byte) []byte { return r.columnWord(&t.plan, column) }
		t.value = plain
	case "useragent_keyval_table", "loadbalancer_table", "pool_table", "healthmonitor_table":
		t.column = func(r *redactor, column []byte) []byte { return r.columnWord(&t.plan, column) }
	default:
		t.column = func(r *redactor, column []byte) []byte {
			if isVocabulary(column) {
				return nil
			}
			return r.programName(&t.plan, column)
		}
	}
	return t
}

// programName redacts a name in which programs put names together.
func (r *redactor) programName(p *plan, name []byte) []byte {
	redacted, changed := r.plain(p, name)
	if r.names != nil {
		redacted, changed = r.joined(p, name)
	}
	if changed {
		return redacted
	}
	return nil
}

// columnWord redacts the name of a column that says what it holds.
func (r *redactor) columnWord(p *plan, column []byte) []byte {
	w := walker{r: r, p: p, prefixLength: -1}
	if redacted, changed := r.key(&w, column); changed {
		return redacted
	}
	return nil
}

// idName redacts a name that is made of uuids and words of the model.
func (r *redactor) idName(p *plan, name []byte) []byte {
	redacted, changed := r.plain(p, name)
	if r.names != nil && !isVocabulary(redacted) {
		return r.programName(p, name)
	}
	if changed {
		return redacted
	}
	return nil
}

// plainValue redacts a value that is written by programs: a number, a name, an
// address, or JSON of them.
func (r *redactor) plainValue(p *plan, value []byte) ([]byte, bool) {
	c := firstByte(value)
	if c == '{' || c == '[' || c == '"' {
		return r.blob(p, value, false)
	}
	if r.names == nil || isNumber(value) || isVocabulary(value) {
		return r.plain(p, value)
	}
	if id, asn, found := bytes.Cut(value, []byte{':'}); found && p.name == "dm_keyspace/dm_pr_asn_table" && contrail.ValidUUID(id) && isNumber(asn) {
		redacted := append(append(bytes.Clone(r.names.UUID(id)), ':'), r.names.ASN(asn)...)
		return redacted, !bytes.Equal(redacted, value)
	}
	return r.joined(p, value)
}
