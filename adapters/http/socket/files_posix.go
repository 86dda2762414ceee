//go:build linux || darwin

package socket

import "syscall"

// FilesMax is how many files and connections this process may have open.
func FilesMax() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return noFileLimit
	}
	return limit.Cur
}
