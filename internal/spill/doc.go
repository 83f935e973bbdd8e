// Package spill keeps on disk what does not fit into the memory budget: files
// without a name and with mode 0600, and sorting of any number of records.
package spill
