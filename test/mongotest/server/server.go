// Package server finds, fetches and runs mongod, for tests (mongotest) and people (test/mongod).
package server

import (
	"os/exec"
	"strconv"

	"orders/test/process"
)

// SetName is the name of every replica set.
const SetName = "rs0"

// Find returns a mongod on PATH, or the fetched one.
func Find() (string, error) {
	if binary, err := exec.LookPath("mongod"); err == nil {
		return binary, nil
	}
	return Fetch()
}

// Args are what every mongod is given besides its port and folder: little memory, a prompt
// shutdown, no files outside its folder, and commands that make it fail on purpose.
func Args() []string {
	return []string{
		"--wiredTigerCacheSizeGB", "0.25",
		"--nounixsocket",
		"--setParameter", "enableTestCommands=1",
		"--setParameter", "diagnosticDataCollectionEnabled=false",
		"--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100",
	}
}

// ReplicaSetArgs make a mongod a member of a replica set.
func ReplicaSetArgs() []string { return []string{"--replSet", SetName} }

// NewProcess returns a mongod that is not yet started. It owns the folder dir.
func NewProcess(binary string, port int, dir string, args ...string) *process.Process {
	return &process.Process{
		Binary: binary, Port: port, Dir: dir, Tail: Tail,
		Args: append([]string{
			"--dbpath", dir, "--bind_ip", process.Host, "--port", strconv.Itoa(port),
		}, args...),
	}
}
