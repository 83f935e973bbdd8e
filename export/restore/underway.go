package restore

import "sync"

// underway knows up to where all cells are written, while requests end in any order.
type underway struct {
	mu   sync.Mutex
	from int64 // number of the first request of the list
	list []request
	upTo int64
}

type request struct {
	end  int64 // the offset behind its last cell
	done bool
}

// begin takes in a request and returns its number.
func (u *underway) begin(end int64) int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list = append(u.list, request{end: end})
	return u.from + int64(len(u.list)) - 1
}

// end takes note that a request is done.
func (u *underway) end(number int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list[number-u.from].done = true
	n := 0
	for n < len(u.list) && u.list[n].done {
		u.upTo = u.list[n].end
		n++
	}
	u.list = append(u.list[:0], u.list[n:]...)
	u.from += int64(n)
}

// written returns the offset up to which all cells are written.
func (u *underway) written() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.upTo
}
