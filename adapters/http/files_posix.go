//go:build linux || darwin

package http

import "syscall"

// filesMax is how many files and connections this process may have open.
func filesMax() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return noFileLimit
	}
	return limit.Cur
}
