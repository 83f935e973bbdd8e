package pretty

import "io"

// outputSize is how much is collected before it is written: more than what
// buffered writers hold, so that these pass it on without a copy, and little
// enough to stay in the processor's cache.
const outputSize = 384 << 10

// output collects what is printed.
type output struct {
	w   io.Writer
	buf []byte
	err error // of the first write that failed; nothing is written after it
}

func newOutput(w io.Writer) *output {
	return &output{w: w, buf: make([]byte, 0, outputSize)}
}

// flush writes what was collected.
func (o *output) flush() error {
	o.pass(o.buf)
	o.buf = o.buf[:0]
	if cap(o.buf) > 2*outputSize {
		o.buf = make([]byte, 0, outputSize)
	}
	return o.err
}

func (o *output) pass(p []byte) {
	if o.err == nil && len(p) > 0 {
		_, o.err = o.w.Write(p)
	}
}

// room makes place for n bytes. If they are more than outputSize the buffer grows
// until they are written.
func (o *output) room(n int) {
	if len(o.buf)+n > cap(o.buf) {
		o.flush()
	}
}

func (o *output) write(p []byte) {
	if len(o.buf)+len(p) > cap(o.buf) {
		o.flush()
		if len(p) > outputSize/2 {
			o.pass(p)
			return
		}
	}
	o.buf = append(o.buf, p...)
}

func (o *output) byte(c byte) {
	o.room(1)
	o.buf = append(o.buf, c)
}
