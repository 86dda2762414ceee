//go:build !linux

package http

import "net"

func showProgress(net.Conn) {}
