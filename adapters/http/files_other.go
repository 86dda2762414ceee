//go:build !unix

package http

func filesMax() uint64 { return noFileLimit }
