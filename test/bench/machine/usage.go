package machine

import (
	"fmt"
	"os"
)

// Memory returns the memory that a process has now, in bytes: VmRSS of /proc/ID/status.
func Memory(id int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", id))
	if err != nil {
		return 0, err
	}
	return kilobytes(text, "VmRSS")
}

// Files returns how many file descriptors a process has open.
func Files(id int) (int, error) {
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", id))
	return len(open), err
}
