package process

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
)

// Host is where every server listens, and the name by which those of a cluster know each other.
const Host = "127.0.0.1"

// Address returns the address of a port on Host.
func Address(port int) string { return net.JoinHostPort(Host, strconv.Itoa(port)) }

// given are the ports that this process has given out: whoever has one may not listen yet, or be
// about to come back.
var given sync.Map

// claims is a file of which each process locks a byte for each port that it gives out, until
// it ends: so the test binaries that run at the same time give out different ones.
var claims = sync.OnceValues(func() (*os.File, error) {
	name := fmt.Sprintf("orders-test-ports-%d", os.Getuid())
	return os.OpenFile(filepath.Join(os.TempDir(), name), os.O_RDWR|os.O_CREATE, 0o600)
})

// isOurs claims a port for this process, and reports whether no other one has it.
func isOurs(port int) bool {
	file, err := claims()
	if err != nil {
		panic(err) // No test can do without temporary files.
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Start: int64(port), Len: 1}
	return syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &lock) == nil
}

// FreePort returns a port on which nobody listens, another one each time, also in each process. It
// lies below the ports that systems give to outgoing connections, so that it is still free when a
// killed server comes back on it.
func FreePort() int {
	for {
		port := 15_000 + rand.IntN(17_000)
		if _, isGiven := given.LoadOrStore(port, true); isGiven {
			continue
		}
		if isOurs(port) && Listenable(port) == nil {
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
