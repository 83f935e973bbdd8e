// Command gen writes the tables of package contrail from the two fact files
// about the model:
//
//	go run ./contrail/internal/gen schema.json sensitive.json contrail
//
// The last argument is the folder for schema_gen.go and sensitive_gen.go. The
// same input gives the same bytes.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: gen SCHEMA.json SENSITIVE.json FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(schemaPath, sensitivePath, folder string) error {
	var s schema
	if err := read(schemaPath, &s); err != nil {
		return err
	}
	var p sensitive
	if err := read(sensitivePath, &p); err != nil {
		return err
	}
	text, err := s.write()
	if err != nil {
		return err
	}
	if err := save(filepath.Join(folder, "schema_gen.go"), text); err != nil {
		return err
	}
	text, err = p.write(&s)
	if err != nil {
		return err
	}
	return save(filepath.Join(folder, "sensitive_gen.go"), text)
}

func read(path string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func save(path string, text *bytes.Buffer) error {
	nice, err := format.Source(text.Bytes())
	if err != nil {
		return fmt.Errorf("format %s: %w", path, err)
	}
	return os.WriteFile(path, nice, 0o644)
}
