package runbook

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Format is a way to show a runbook.
type Format string

// The formats.
const (
	Text     Format = "text"
	Markdown Format = "markdown"
	Shell    Format = "shell"
)

// Render writes the runbook.
func (r *Runbook) Render(w io.Writer, f Format) error {
	b := bufio.NewWriter(w)
	switch f {
	case Text:
		r.text(b)
	case Markdown:
		r.markdown(b)
	case Shell:
		r.shell(b)
	default:
		return fmt.Errorf("unknown format %q", f)
	}
	return b.Flush()
}

// where says where commands are given, for people.
func (r *Runbook) where(s *Step) string {
	switch s.Where {
	case Here:
		return "on one machine"
	case Operator:
		return "by hand"
	}
	place := "on "
	if r.options.Containerized {
		place = "in the controller container on "
	}
	if len(s.Hosts) == 1 {
		return place + s.Hosts[0]
	}
	return place + "each of " + strings.Join(s.Hosts, ", ")
}

const enterContainer = "docker exec -it $(docker ps -q --filter name=controller) /bin/bash"

func (r *Runbook) text(w *bufio.Writer) {
	fmt.Fprintf(w, "%s\n%s\n\n", r.Title, strings.Repeat("=", len(r.Title)))
	paragraphs := func(list []string) {
		for _, line := range list {
			fmt.Fprintf(w, "%s\n", fill(line, "", 100))
		}
	}
	paragraphs(r.About)
	if r.Name == "restore" && r.options.Containerized {
		fmt.Fprintf(w, "Commands on hosts are given inside of the controller container:\n    %s\n", enterContainer)
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		fmt.Fprintf(w, "\n%d. %s, %s\n", s.Number, upperFirst(s.Title), r.where(s))
		for _, note := range s.Notes {
			fmt.Fprintln(w, fill(note, "   ", 100))
		}
		for _, c := range s.Commands {
			fmt.Fprintf(w, "       %s\n", c)
		}
		for _, c := range s.Checks {
			fmt.Fprintln(w, fill("Before you go on: "+c.What+".", "   ", 100))
			for _, line := range lines(c) {
				fmt.Fprintf(w, "       %s\n", line)
			}
		}
	}
	fmt.Fprintln(w)
	paragraphs(r.After)
}

func (r *Runbook) markdown(w *bufio.Writer) {
	fmt.Fprintf(w, "# %s\n\n", r.Title)
	list := func(items []string) {
		for _, item := range items {
			fmt.Fprintf(w, "- %s\n", item)
		}
	}
	list(r.About)
	if r.Name == "restore" && r.options.Containerized {
		fmt.Fprintf(w, "- Commands on hosts are given inside of the controller container: `%s`\n", enterContainer)
	}
	block := func(commands []string) {
		if len(commands) > 0 {
			fmt.Fprintf(w, "\n```sh\n%s\n```\n", strings.Join(commands, "\n"))
		}
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		fmt.Fprintf(w, "\n## %d. %s\n\n%s.", s.Number, upperFirst(s.Title), upperFirst(r.where(s)))
		for _, note := range s.Notes {
			fmt.Fprintf(w, " %s", note)
		}
		fmt.Fprintln(w)
		block(s.Commands)
		for _, h := range s.Hosts {
			fmt.Fprintf(w, "\n- [ ] %s", h)
		}
		if len(s.Hosts) > 0 {
			fmt.Fprintln(w)
		}
		for _, c := range s.Checks {
			fmt.Fprintf(w, "\n**Before you go on:** %s.\n", c.What)
			block(lines(c))
		}
	}
	fmt.Fprint(w, "\n## Afterwards\n\n")
	list(r.After)
}

// lines are the commands of a check, one a line.
func lines(c Check) []string {
	switch {
	case c.Command != "":
		return []string{c.Command}
	case c.OnHosts != "":
		return strings.Split(c.OnHosts, "\n")
	default:
		return nil
	}
}

// stepJSON is a step for scripts.
type stepJSON struct {
	Number   int         `json:"number"`
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Where    Where       `json:"where"`
	Hosts    []string    `json:"hosts"`
	Commands []string    `json:"commands"`
	Wipes    bool        `json:"wipes"`
	Notes    []string    `json:"notes"`
	Checks   []checkJSON `json:"checks"`
}

type checkJSON struct {
	What    string  `json:"what"`
	Command *string `json:"command"`
	OnHosts *string `json:"on_hosts"`
}

// MarshalJSON returns the object of "dumptool runbook --json".
func (r *Runbook) MarshalJSON() ([]byte, error) {
	doc := struct {
		Schema        string     `json:"schema"`
		Name          string     `json:"name"`
		Title         string     `json:"title"`
		Containerized bool       `json:"containerized"`
		About         []string   `json:"about"`
		Steps         []stepJSON `json:"steps"`
		After         []string   `json:"after"`
	}{"dumptool.runbook/1", r.Name, r.Title, r.options.Containerized, some(r.About), []stepJSON{}, some(r.After)}
	for _, s := range r.Steps {
		step := stepJSON{s.Number, s.ID, s.Title, s.Where, some(s.Hosts), some(s.Commands), s.Wipes, some(s.Notes), []checkJSON{}}
		for _, c := range s.Checks {
			step.Checks = append(step.Checks, checkJSON{c.What, text(c.Command), text(c.OnHosts)})
		}
		doc.Steps = append(doc.Steps, step)
	}
	return json.Marshal(doc)
}

// some is an empty list instead of null.
func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// text is null instead of an empty string.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// fill breaks text into lines of at most width bytes, each with an indent.
func fill(text, indent string, width int) string {
	var b strings.Builder
	b.WriteString(indent)
	column := len(indent)
	for i, word := range strings.Fields(text) {
		if i > 0 && column+1+len(word) > width {
			b.WriteString("\n" + indent)
			column = len(indent)
		} else if i > 0 {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
