// Package filecopy copies a part of a file into another one without its bytes going through the program, where the system
// can do that.
package filecopy
