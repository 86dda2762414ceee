package http

import "syscall"

// unsentMax is how many bytes of an answer the kernel takes before it has sent those before them.
const unsentMax = 64 << 10

// tcpNotSentLowAt is TCP_NOTSENT_LOWAT, for which package syscall has no name.
const tcpNotSentLowAt = 25

// progressVisible makes writes return as bytes leave. Otherwise the kernel takes some megabytes at
// once, and then none until a third of these has left: a steady client of 40 kB/s would seem to
// stand still for 20 s. Connections have it from their listener.
func progressVisible(_, _ string, raw syscall.RawConn) error {
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpNotSentLowAt, unsentMax)
	}) // Without it all works, but slow clients are cut off sooner.
	return nil
}
