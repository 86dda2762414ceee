package socket

import (
	"fmt"
	"math"
)

const noFileLimit = math.MaxUint64

// filesLeast is the least number of descriptors with which the service can answer.
const filesLeast = 32

// CheckFiles refuses to serve with fewer: the service would start, and never answer.
func CheckFiles(files uint64) error {
	if files >= filesLeast {
		return nil
	}
	return fmt.Errorf("this process may have %d files and connections open, and needs %d at "+
		"least; raise its limit (ulimit -n)", files, filesLeast)
}

// filesReserve is how many descriptors, at most, are kept for files, the database and probes.
const filesReserve = 512

const (
	// ConnsMax bounds the memory for connections, where there are descriptors for as many.
	ConnsMax = 2048
	// overflowMax is how many refused connections, at once, have their request read.
	overflowMax = 64
)

// ConnsFor returns how many connections to serve, and how many more to refuse at once, in a process
// that may open so many files. It keeps up to half of the descriptors for other things: without any
// left the service could not reach its database.
func ConnsFor(files uint64) (serve, refuse int) {
	reserve := min(files/2, filesReserve)
	serve = int(min(files-reserve, ConnsMax))
	refuse = int(min(reserve/8, overflowMax))
	return max(serve, 1), max(refuse, 1)
}
