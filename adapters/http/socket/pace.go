package socket

import "time"

// A Pace is how fast bytes must move at least: so many in a second, over any window.
type Pace struct {
	Rate   int // Bytes in a second.
	Window time.Duration
}

const (
	// writeRate is how many bytes of an answer a client must take in a second,
	writeRate = 8 << 10
	// writeWindow over any such time. A client that does not read is cut off after it, since the
	// answer is held for it. It is that long because a client's kernel takes 128 KiB ahead, and may
	// let nothing more come until its program has read nearly all of that.
	writeWindow = 15 * time.Second
	// bodyRate is how many bytes of a body must arrive in a second,
	bodyRate = 1 << 10
	// bodyWindow over any such time,
	bodyWindow = 10 * time.Second
	// BodyGrace is how long a body may stand still once it has begun.
	BodyGrace = 5 * time.Second
)

// The paces of answers and of bodies.
var (
	WritePace = Pace{writeRate, writeWindow}
	BodyPace  = Pace{bodyRate, bodyWindow}
)

// An Allowance is the time that a transfer may yet stand still. Standing still uses it up, and
// bytes that move give some back, so that a slow transfer goes on as long as it is steady.
type Allowance struct {
	Pace
	Left time.Duration
}

func (p Pace) Allow(first time.Duration) Allowance { return Allowance{p, first} }

// moved notes that n bytes took some time.
func (a *Allowance) moved(n int, took time.Duration) {
	earned := time.Duration(n) * time.Second / time.Duration(a.Rate)
	a.Left = min(a.Left-took+earned, a.Window)
}
