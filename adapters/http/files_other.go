//go:build !linux && !darwin

package http

func filesMax() uint64 { return noFileLimit }
