package spill

import "syscall"

// reserve takes addresses, and no memory.
func reserve(size int) ([]byte, error) {
	return syscall.Mmap(-1, 0, size, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
}

// makeUsable lets a reserved part be used, in large pages if the system has any.
func makeUsable(part []byte, large bool) error {
	if large {
		// A wish that may be refused.
		_ = syscall.Madvise(part, syscall.MADV_HUGEPAGE)
	}
	return syscall.Mprotect(part, syscall.PROT_READ|syscall.PROT_WRITE)
}

func free(whole []byte) { _ = syscall.Munmap(whole) }
