package socket

import (
	"net"
	"syscall"
)

// unsentMax is how many bytes of an answer the kernel takes before it has sent those before them.
const unsentMax = 64 << 10

// tcpNotSentLowAt is TCP_NOTSENT_LOWAT, for which package syscall has no name.
const tcpNotSentLowAt = 25

// showProgress makes writes to a connection return as bytes leave. Otherwise the kernel takes some
// megabytes at once, and then none until a third of these has left: nobody would notice a client
// that does not read, and a steady one of 40 kB/s would seem to stand still for 20 s. A listener
// cannot pass it on, as Go's are of Multipath TCP.
func showProgress(c net.Conn) {
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
	}) // Without it all works, but a slow reader is misjudged.
}
