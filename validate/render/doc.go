// Package render writes the findings of a validation: for people as text or
// HTML, for programs as JSON Lines, JUnit or SARIF.
package render
