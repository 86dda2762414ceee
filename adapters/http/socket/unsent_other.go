//go:build !linux

package socket

import "net"

func limitUnsent(net.Conn) {}
