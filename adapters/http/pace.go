package http

import "time"

// A pace is how fast bytes must move at least: so many in a second, over any window.
type pace struct {
	rate   int // Bytes in a second.
	window time.Duration
}

// An allowance is the time that a transfer may yet stand still. Standing still uses it up, and
// bytes that move give some back, so that a slow transfer goes on as long as it is steady.
type allowance struct {
	pace
	left time.Duration
}

func (p pace) allow(first time.Duration) allowance { return allowance{p, first} }

// moved notes that n bytes took some time.
func (a *allowance) moved(n int, took time.Duration) {
	earned := time.Duration(n) * time.Second / time.Duration(a.rate)
	a.left = min(a.left-took+earned, a.window)
}
