// Package term is the one place that knows the standard streams: where they lead, whether to a terminal, with colour or
// without, through a pager, and how progress and messages share a terminal with the answer.
//
// The rules:
//   - Standard output carries the answer and nothing else. Progress, notes, logs and errors go to standard error.
//   - Colour, a pager and a moving progress line appear on terminals only, unless they are asked for. Meaning never
//     hangs on colour.
//   - A reader that goes away ends the program quietly: writes to Out then fail with ErrClosedPipe.
//   - Once the bound context ends, reads from In and writes to Out fail with its cause, so a command that streams stops
//     by itself.
//   - Names and values from a dump are foreign text. Whatever prints them for people passes them through Escape.
package term
