package mongotest

import (
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"
)

// claimTimeout is how long a test waits for another one to end that uses a fail point of their
// server.
const claimTimeout = 2 * time.Minute

// claims are the fail points that tests of this binary use. A server has each of them once: what a
// second test arms would take the place of what the first one armed, which then waits in vain for
// its failure.
var claims = struct {
	sync.Mutex
	of map[string]claimed // By server and fail point.
}{of: map[string]claimed{}}

// claimed is the use of a fail point.
type claimed struct {
	by    testing.TB
	ended chan struct{}
}

// claim waits until no other test uses the fail point of the server behind uri. It is the test's
// until that ends, and what it armed is off.
func claim(tb testing.TB, uri, point string) {
	tb.Helper()
	parsed, err := connstring.Parse(uri)
	if err != nil {
		tb.Fatal(err)
	}
	key := strings.Join(append(parsed.Hosts, point), " ")
	late := time.After(claimTimeout)
	for {
		held, isNew := claimFor(tb, key)
		if isNew {
			tb.Cleanup(func() { unclaim(key) })
		}
		if held.by == tb {
			return
		}
		select {
		case <-held.ended:
		case <-late:
			tb.Fatalf("%s still uses the fail point %s of the server after %v",
				held.by.Name(), point, claimTimeout)
		}
	}
}

// claimFor returns who uses a fail point, which is tb from now on if nobody did.
func claimFor(tb testing.TB, key string) (held claimed, isNew bool) {
	claims.Lock()
	defer claims.Unlock()
	held, isHeld := claims.of[key]
	if !isHeld {
		held = claimed{tb, make(chan struct{})}
		claims.of[key] = held
	}
	return held, !isHeld
}

func unclaim(key string) {
	claims.Lock()
	defer claims.Unlock()
	close(claims.of[key].ended)
	delete(claims.of, key)
}
