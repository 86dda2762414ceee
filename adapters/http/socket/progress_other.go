//go:build !linux

package socket

import "net"

func showProgress(net.Conn) {}
