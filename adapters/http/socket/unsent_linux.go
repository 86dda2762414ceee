package socket

import (
	"net"
	"syscall"
)

// unsentMax is how many bytes of an answer the kernel buffers before it has sent them.
const unsentMax = 64 << 10

// tcpNotSentLowAt is TCP_NOTSENT_LOWAT, for which package syscall has no name.
const tcpNotSentLowAt = 25

// limitUnsent makes writes to a connection return as bytes leave. Otherwise the kernel buffers some
// megabytes at once, and then none until a third of these has left: the server would not notice a
// client that does not read, and a steady one of 40 kB/s would seem to stand still for 20 s. The
// option is set on each connection, as connections do not inherit it from Go's Multipath TCP
// listeners.
func limitUnsent(c net.Conn) {
	tcp, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpNotSentLowAt, unsentMax)
	}) // A failure only makes slow clients harder to judge.
}
