package render

import (
	"bufio"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/validate"
)

// Checks writes the documentation of all rules as markdown: docs/checks.md.
func Checks(out io.Writer) error {
	w := bufio.NewWriter(out)
	w.WriteString(`# Checks

The rules of ` + "`dumptool validate`" + `, made from the rules themselves. ` + "`dumptool validate --explain ID`" + ` prints one of them.

Ids that begin with M are those of the original's db_manage.py, with the check and the class of error that it uses. Severities:
*fatal*: the restore stops, or the dump can't be read; *error*: the restored system is inconsistent; *warning*: suspicious or
lossy; *info*: good to know. *Fix* is what a repair does; where there is none, people have to decide.

`)
	check := ""
	for _, r := range validate.Rules() {
		if c := chapter(r); c != check {
			check = c
			if r.Class != "" {
				fmt.Fprintf(w, "## check_%s\n\n", r.Check)
			} else {
				fmt.Fprintf(w, "## %s\n\n", check)
			}
		}
		fmt.Fprintf(w, "### %s: %s\n\n", r.ID, r.Title)
		fmt.Fprintf(w, "%s. %s\n", severityText(r), r.Doc)
		switch {
		case r.Live:
			w.WriteString("\nIt needs a live system.\n")
		case r.Target:
			w.WriteString("\nIt needs to know the target (`--target`).\n")
		}
		if r.Class != "" {
			fmt.Fprintf(w, "\nOriginal: `%s`.\n", r.Class)
		}
		if r.Fix != "" {
			fmt.Fprintf(w, "\nFix: %s.\n", r.Fix)
		}
		w.WriteByte('\n')
	}
	return w.Flush()
}

func severityText(r *validate.Rule) string {
	return map[validate.Severity]string{validate.Info: "Info", validate.Warning: "Warning", validate.Error: "Error", validate.Fatal: "Fatal"}[r.Severity]
}

// chapter is the heading of the rules that the original doesn't have, with the beginning of their ids.
func chapter(r *validate.Rule) string {
	if r.Class != "" {
		return r.Check
	}
	i := len(r.ID)
	for i > 0 && r.ID[i-1] != '-' {
		i--
	}
	return r.ID[:max(i-1, 0)] + ": " + r.Check
}
