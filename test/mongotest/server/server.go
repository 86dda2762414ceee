// Package server finds, fetches and runs mongod, for tests (mongotest) and people (test/mongod).
package server

import (
	"context"
	"math/rand/v2"
	"net"
	"os/exec"
	"strconv"
)

// Host is where every mongod listens, and the name by which members of a replica set know each
// other.
const Host = "127.0.0.1"

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

// Address returns the address of a port on Host.
func Address(port int) string { return net.JoinHostPort(Host, strconv.Itoa(port)) }

// FreePort returns a port on which nobody listens. It lies below the ports that systems give to
// outgoing connections, so that it is still free when a killed server comes back on it.
func FreePort() int {
	for {
		port := 15_000 + rand.IntN(17_000)
		if Listenable(port) == nil {
			return port
		}
	}
}

// Listenable says why nobody could listen on port now; nil when somebody could.
func Listenable(port int) error {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", Address(port))
	if err != nil {
		return err
	}
	return l.Close()
}
