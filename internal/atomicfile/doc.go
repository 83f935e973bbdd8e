// Package atomicfile writes a file whole or not at all.
//
// What is written goes to a temporary file in the folder of the destination, with mode 0600 unless Options.Mode says
// otherwise. Commit makes it durable and renames it into place; Abort, or any failure, removes it. So under the
// destination's name there is at every moment either what was there before or the complete new file, and after a failure
// nothing else is left behind. Where the system can (Linux, on most file systems), the temporary file has no name until
// Commit, so that not even a process that is killed leaves one.
//
// A destination that exists is refused unless Options.Force is set, also when it appears while the file is being
// written. A destination that is one of the inputs, under whatever spelling or hard link, is refused always.
//
// A destination that exists and is not a regular file (a device, a named pipe) can't be replaced by a rename in any
// useful sense: it is opened and written directly.
package atomicfile
