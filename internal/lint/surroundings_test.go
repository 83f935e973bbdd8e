package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// surroundings are the names of package os by which code gets at the process around it. Only the commands may, and
// there the streams only through package term: a library that prints, exits or reads the environment can't be used in
// another program, or tested.
var surroundings = []string{"Stdin", "Stdout", "Stderr", "Exit", "Args", "Getenv", "LookupEnv", "Environ"}

// surroundingsAllowed names the files and folders that may use them.
var surroundingsAllowed = []string{"cmd/dumptool/main.go", "cmd/internal/term"}

// checkSurroundings returns the forbidden uses in a file: "os.Exit", "func init".
func checkSurroundings(file *ast.File) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "os" && slices.Contains(surroundings, n.Sel.Name) {
				found = append(found, "os."+n.Sel.Name)
			}
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				found = append(found, "func init")
			}
		}
		return true
	})
	return found
}

func TestSurroundings(t *testing.T) {
	for _, f := range sources(t) {
		// A program that generates code is no part of the tool.
		generator := f.file.Name.Name == "main" && topFolder(f.dir) != "cmd"
		if generator || withinAny(f.name, surroundingsAllowed) {
			continue
		}
		for _, use := range checkSurroundings(f.file) {
			t.Errorf("%s: %s", f.name, use)
		}
	}
}

func TestCheckSurroundings(t *testing.T) {
	const text = `package p
import "os"
func init() {}
func f() { os.Exit(1); os.ReadFile("x"); println(os.Args) }
type t struct{}
func (t) init() {}`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := checkSurroundings(file), []string{"func init", "os.Exit", "os.Args"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
