// Package render writes the result of a comparison: as text for people, as one
// JSON document, or as JSON Lines. Each takes the changes one after another and
// holds none of them.
package render
