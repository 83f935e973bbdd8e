package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/validate"
)

// validateForImport applies the rules of validate for fatal findings and errors. fatalRefuse says that fatal ones stand in
// the way: they do when somebody asks if an import makes sense. They don't when it is done: what can't be read and what the
// databases don't take is refused by restore itself, and the fatal rules that are left are about what the services and
// db_manage do afterwards. So an old dump can be restored as it is, and repaired there.
func validateForImport(ctx context.Context, d *dump.Dump, fatalRefuse bool) ([]restore.Finding, error) {
	o := validate.Options{Rules: map[*validate.Rule]bool{}}
	for _, r := range validate.Rules() {
		o.Rules[r] = r.Severity >= validate.Error && !r.Problem && !r.Target && !r.Live
	}
	byRule := map[*validate.Rule]*restore.Finding{}
	_, err := validate.Validate(ctx, d, o, func(f *validate.Finding) error {
		if f.Severity < validate.Error {
			return nil
		}
		found := byRule[f.Rule]
		if found == nil {
			found = &restore.Finding{ID: f.Rule.ID, Message: fmt.Sprintf("%s (%s): %s", f.Rule.ID, f.Severity, f.Rule.Title), Where: []string{}}
			byRule[f.Rule] = found
		}
		found.Count++
		found.Refuses = found.Refuses || fatalRefuse && f.Severity == validate.Fatal
		if f.Where != "" && len(found.Where) < restore.FewPlaces {
			found.Where = append(found.Where, f.Where)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var list []restore.Finding
	for _, f := range byRule {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b restore.Finding) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// noteFindings says in a line what the rules have found.
func noteFindings(app *app, file string, list []restore.Finding) {
	var total int64
	var ids []string
	for i := range list {
		total += list[i].Count
		ids = append(ids, list[i].ID)
	}
	if total > 0 {
		app.log.Info(fmt.Sprintf("the dump has errors: %s of %s; 'dumptool validate %s' shows them", plural(total, "finding"), strings.Join(ids, ", "), file))
	}
}
