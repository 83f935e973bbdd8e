// Package seekable is the container of indexed dumps: text in independent Zstandard frames, and behind them sorted tables
// that say where things stand in it. It knows bytes only; what the tables hold is said by who fills them. docs/format.md
// of the project describes every byte.
//
//	data frame 0    Zstandard, up to MaxFrame of text each
//	...
//	data frame n-1
//	block           skippable frames: the blocks of the tables,
//	...
//	block           the last of them the directory
//	locator         a skippable frame of fixed size
//	seek table      of the Zstandard seekable format; the end of the file
//
// Any Zstandard decoder gives back the text, and readers of the seekable format find all frames in the seek table, the
// skippable ones as frames that hold nothing.
//
// # Memory
//
// A Writer holds a few frames for each processor. A Reader holds a bounded number of decoded frames and blocks. Neither
// ever asks for memory by a length that stands in a file without comparing it with the limits of the format first.
package seekable
