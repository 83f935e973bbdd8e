// Package volume cuts a dump into volumes, each of which is a dump of its own,
// and makes one dump of them again.
//
// A manifest lists the volumes with sizes and digests. Its order part says which
// bytes of which volume, and which bytes between them, make the original; so what
// was cut up is read again byte for byte, and a row that goes on in another
// volume is one row. docs/volumes.md specifies both.
//
// Memory: 64 KiB for each volume that is being written, and 8 bytes for 1024
// pieces of the order part while it is read.
package volume
