package socket

import "time"

// A Throughput is the least speed at which bytes must move, over any window.
type Throughput struct {
	Rate   int // Bytes in a second.
	Window time.Duration
}

const (
	// writeRate is how many bytes of an answer a client must take in a second,
	writeRate = 8 << 10
	// writeWindow over any such time. The server disconnects a client that does not read for that
	// long, since it holds the answer meanwhile. A shorter time would hit steady clients: a
	// client's kernel takes 128 KiB ahead, and may accept nothing more until its program has read
	// nearly all.
	writeWindow = 15 * time.Second
	// bodyRate is how many bytes of a body must arrive in a second,
	bodyRate = 1 << 10
	// bodyWindow over any such time,
	bodyWindow = 10 * time.Second
	// BodyGrace is how long a body may stand still once it has begun.
	BodyGrace = 5 * time.Second
)

// The least speeds of answers and of bodies.
var (
	WriteThroughput = Throughput{writeRate, writeWindow}
	BodyThroughput  = Throughput{bodyRate, bodyWindow}
)

// An Allowance is how long a transfer may still stand still. Standing still uses it up, and bytes
// that move give some back, so that a slow but steady transfer goes on.
type Allowance struct {
	Throughput
	Left time.Duration
}

func (p Throughput) Allow(first time.Duration) Allowance { return Allowance{p, first} }

// moved accounts for n bytes that took some time.
func (a *Allowance) moved(n int, took time.Duration) {
	earned := time.Duration(n) * time.Second / time.Duration(a.Rate)
	a.Left = min(a.Left-took+earned, a.Window)
}
