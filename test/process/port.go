package process

import (
	"context"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// Host is where every server listens, and the name by which those of a cluster know each other.
const Host = "127.0.0.1"

// Address returns the address of a port on Host.
func Address(port int) string { return net.JoinHostPort(Host, strconv.Itoa(port)) }

// given are the ports that this process has given out: whoever has one may not listen yet, or be
// about to come back.
var given sync.Map

// FreePort returns a port on which nobody listens, another one each time. It lies below the ports
// that systems give to outgoing connections, so that it is still free when a killed server comes
// back on it.
func FreePort() int {
	for {
		port := 15_000 + rand.IntN(17_000)
		if _, isGiven := given.LoadOrStore(port, true); !isGiven && Listenable(port) == nil {
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
