// Package humanize writes sizes, counts and durations the way people read them, and reads sizes the way people
// write them.
//
// Sizes are binary: 1 KiB is 1024 bytes. When reading, K, M, G, T and KiB, MiB, GiB, TiB are powers of 1024 while
// KB, MB, GB, TB are powers of 1000, as in the GNU tools.
package humanize
