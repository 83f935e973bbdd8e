// Package lint holds the rules that the compiler does not know: who may import whom, and who may touch the process's
// surroundings. They are ordinary tests; docs/architecture.md says why each rule is there.
package lint
