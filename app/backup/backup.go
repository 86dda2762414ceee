// Package backup copies all that was committed: out of one store, and into another.
package backup

import (
	"errors"
	"time"

	"orders/domain/order"
)

// Options say how commits are copied.
type Options struct {
	Rate int // Commits per second, at most; 0 for no limit.
	// SkipUnreadable leaves out of an export what this program cannot read, and goes on.
	SkipUnreadable bool
}

// Progress is how far a copy is.
type Progress struct {
	Phase   Phase
	Commits int // That were copied, or compared.
	Orders  int // That have these.
	Size    int // About how many commits there are; 0 if nobody knows.
}

// A Phase is a part of a copy.
type Phase string

// The phases of an export, and those of an import.
const (
	Reading    Phase = "reading the archive"
	CatchingUp Phase = "catching up"
	Checking   Phase = "checking"
	Comparing  Phase = "comparing"
	Recording  Phase = "recording"
)

// An Unreadable names what an order lacks in a backup: its commits from a version on.
type Unreadable struct {
	OrderID order.ID
	Version int
	Reason  string
}

// patience is how long a copy waits for a store that does not answer, before it ends. What it has
// copied stays, and the next run goes on from there.
const patience = 2 * time.Minute

// pause is how long a copy waits before it asks such a store again.
const pause = 500 * time.Millisecond

// ErrUnreadable means that an export met a commit that this program cannot read.
var ErrUnreadable = errors.New("it cannot be exported; --skip-unreadable leaves it out and goes on")
