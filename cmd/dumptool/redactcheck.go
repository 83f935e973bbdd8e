package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"

	"github.com/dumptool/dumptool/filter/redact"
	"github.com/dumptool/dumptool/filter/redact/detect"
)

// runRedactCheck is 'redact --check'.
func runRedactCheck(ctx context.Context, app *app, opts redactOptions, file string) error {
	if opts.json {
		opts.format = "json"
	}
	o := redact.Options{Profile: redact.Share, Key: redact.NewKey()}
	var err error
	if o.Rules, err = readRules(opts.rules); err != nil {
		return err
	}
	d, done, err := app.openDump(file)
	if err != nil {
		return err
	}
	defer done()
	count := 0
	err = app.page(func(w *bufio.Writer) error {
		out := checkWriter{w: w, file: file}
		if opts.format == "sarif" {
			out.beginSARIF()
		}
		err := redact.Check(ctx, d, o, func(f redact.Finding) error {
			count++
			switch opts.format {
			case "json":
				return out.json(f, count == 1)
			case "sarif":
				return out.sarif(f, count == 1)
			}
			return out.text(f)
		})
		if err == nil && opts.format == "sarif" {
			out.endSARIF()
		}
		return err
	})
	if err != nil {
		return err
	}
	if count > 0 {
		return found()
	}
	return nil
}

// checkWriter writes findings of a check. None of them holds what was found.
type checkWriter struct {
	w    *bufio.Writer
	file string
}

func (c *checkWriter) text(f redact.Finding) error {
	_, err := fmt.Fprintf(c.w, "%s: %s\n", f.Where, describeFinding(f))
	return err
}

// describeFinding says what was found in words.
func describeFinding(f redact.Finding) string {
	if d := detect.Lookup(f.Rule); d != nil {
		return d.What + " (" + f.Rule + ")"
	}
	return "secret by its place (" + f.Rule + ") in " + f.Place
}

func (c *checkWriter) json(f redact.Finding, first bool) error {
	schema := ""
	if first {
		schema = "dumptool.redact-check/1"
	}
	return c.encode(struct {
		Schema string `json:"schema,omitempty"`
		redact.Finding
		Message string `json:"message"`
	}{schema, f, describeFinding(f)}, true)
}

func (c *checkWriter) encode(v any, line bool) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.w.Write(text)
	if line {
		return c.w.WriteByte('\n')
	}
	return nil
}

// beginSARIF writes what stands before the results of a SARIF 2.1.0 log.
func (c *checkWriter) beginSARIF() {
	fmt.Fprintf(c.w, `{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"tool": {"driver": {"name": "dumptool", "version": %q, "rules": [`,
		buildVersion().Version)
	for i, d := range detect.Detectors() {
		if i > 0 {
			c.w.WriteString(", ")
		}
		fmt.Fprintf(c.w, `{"id": %q, "shortDescription": {"text": %q}}`, d.ID, d.What)
	}
	c.w.WriteString(`]}}, "results": [`)
}

func (c *checkWriter) sarif(f redact.Finding, first bool) error {
	if !first {
		c.w.WriteString(", ")
	}
	type object = map[string]any
	return c.encode(object{
		"ruleId":  f.Rule,
		"level":   "error",
		"message": object{"text": describeFinding(f)},
		"locations": []any{object{
			"physicalLocation": object{
				"artifactLocation": object{"uri": c.file},
				"region":           object{"byteOffset": f.Offset},
			},
			"logicalLocations": []any{object{"fullyQualifiedName": f.Where}},
		}},
	}, false)
}

func (c *checkWriter) endSARIF() { c.w.WriteString("]}]}\n") }
