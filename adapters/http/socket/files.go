package socket

import (
	"fmt"
	"math"
)

const noFileLimit = math.MaxUint64

// filesLeast is how many descriptors it takes to serve anybody.
const filesLeast = 32

// CheckFiles refuses to serve with fewer: the service would start, and never answer.
func CheckFiles(files uint64) error {
	if files >= filesLeast {
		return nil
	}
	return fmt.Errorf("this process may have %d files and connections open, and needs %d at "+
		"least; raise its limit (ulimit -n)", files, filesLeast)
}

// filesReserve is how many descriptors are left to all else, at most: files, the database, probes.
const filesReserve = 512

const (
	// ConnsMax bounds the memory for connections, where there are descriptors for as many.
	ConnsMax = 2048
	// overflowMax is how many clients are refused with regard to their request, at once.
	overflowMax = 64
)

// ConnsFor is how many connections there may be, and how many more that are being refused, when
// the process may have so many files open. At least half of these are for other things: a service
// that takes all of them for its clients cannot reach its database for them.
func ConnsFor(files uint64) (serve, refuse int) {
	reserve := min(files/2, filesReserve)
	serve = int(min(files-reserve, ConnsMax))
	refuse = int(min(reserve/8, overflowMax))
	return max(serve, 1), max(refuse, 1)
}
