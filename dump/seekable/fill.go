package seekable

import "io"

// FillSHA256 enters the SHA-256 of the text into a file that was written without one, such as one whose frames were
// copied from another. Verify has to have computed it. Nothing but the locator changes, in one write.
func FillSHA256(f interface {
	io.ReaderAt
	io.WriterAt
}, size int64, sum Digest) error {
	loc, err := findLocator(f, size)
	if err != nil {
		return err
	}
	loc.SHA256, loc.HasSHA256 = sum, true
	_, err = f.WriteAt(loc.encode(), size-seekTableSize(loc.AllFrames)-locatorSize)
	return err
}
