//go:build !linux && !darwin

package socket

func FilesMax() uint64 { return noFileLimit }
