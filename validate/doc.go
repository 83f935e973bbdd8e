// Package validate says whether a dump will restore, and whether the restored
// system will be sound.
//
// It holds the rules of the catalogue of checks: M-* is what the original's
// db_manage.py finds on a live system, B-* is more. A rule is one small file:
// its condition as a function of what it looks at, its message, what a repair
// does about it, and its documentation, which docs/checks.md is made of. Rules
// say by their functions what they look at; the driver (run) reads the dump
// once, hands out what can be judged by itself, and joins the rest:
//
//	cells, columns, rows, entries, nodes   as they are read
//	links, index entries, locks of names   by sums that must come to nothing;
//	                                       only where they don't, a second
//	                                       reading gathers what is in doubt
//	numbers, addresses, subnets, paths     sorted by what they have in common
//	rows of some types                     looked up by uuid or name
//
// That all of it is one package, though it is large, is so that a new rule
// touches nothing but its own file.
//
// # Memory
//
// What joins need is sorted, and beyond its share of the budget kept in
// temporary files. In memory are two bytes for each subnet that has addresses,
// and 24 bytes for each KiB of what is looked up.
package validate
