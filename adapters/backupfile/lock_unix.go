//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package backupfile

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the file for this process. The system releases it when the process ends in any way.
// Some file systems know no locks.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.New("another process writes it")
	}
	return nil
}
