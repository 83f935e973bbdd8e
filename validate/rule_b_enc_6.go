package validate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

var _ = add(Rule{
	ID: "B-ENC-6", Severity: Warning, Check: "encoding",
	Title: "a value is JSON in JSON",
	Doc:   "A text whose content is again JSON of the expected shape. Properties that are texts of the model may hold JSON.",
	Fix:   "decode it once",
	Column: func(r *Report, c *Column) {
		if len(c.Value) < 4 || c.Value[0] != '"' || !c.JSON || c.Long {
			return
		}
		var wants string
		switch c.Kind {
		case contrail.ColumnType, contrail.ColumnParentType:
			wants = "\""
		case contrail.ColumnFQName:
			wants = "["
		case contrail.ColumnRef, contrail.ColumnBackref:
			wants = "{"
		case contrail.ColumnProp:
			if string(c.Name) != "id_perms" && string(c.Name) != "perms2" {
				return
			}
			wants = "{"
		default:
			return
		}
		inner, ok := textOf(gjson.ParseBytes(c.Value))
		if ok && inner != "" && strings.ContainsRune(wants, rune(inner[0])) && gjson.Valid(inner) {
			r.with(setCell(objectCell(c.Row.Key, string(c.Full)), inner)).column(c, "the value is a text that holds JSON itself")
		}
	},
})
