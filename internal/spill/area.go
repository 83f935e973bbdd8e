package spill

import "unsafe"

// area is memory outside of Go's heap, which is neither copied when it grows
// nor looked at by the garbage collector: addresses are reserved, and memory
// comes as they are used.
type area struct {
	bytes  []byte // what is reserved; the first usable bytes of it can be used
	usable int
	whole  []byte // as the system knows it
}

const (
	// hugePage is the size of the pages that large areas are asked to consist of:
	// most of the time that new memory takes is spent once a page.
	hugePage = 2 << 20
	// areaStep is what an area begins with.
	areaStep = 64 << 10
)

// newArea reserves size bytes; nil if the system can't.
func newArea(size int) *area {
	whole, err := reserve(size + hugePage)
	if err != nil {
		return nil
	}
	a := &area{whole: whole}
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(whole))) % hugePage
	a.bytes = whole[skip:]
	return a
}

// extend makes at least n bytes usable. false: there is no room, or no memory.
func (a *area) extend(n int) bool {
	if n <= a.usable {
		return true
	}
	to := max(a.usable, areaStep)
	for to < n || to < hugePage && to < 2*a.usable {
		to = min(2*to, to+hugePage)
	}
	if to > len(a.bytes) || makeUsable(a.bytes[a.usable:to], to > hugePage) != nil {
		return false
	}
	a.usable = to
	return true
}

// close gives the memory back.
func (a *area) close() {
	if a != nil {
		free(a.whole)
	}
}

// records returns the usable bytes as records.
func (a *area) records() []record {
	return unsafe.Slice((*record)(unsafe.Pointer(unsafe.SliceData(a.bytes))), a.usable/recordBytes)
}
