package e2e_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"orders/test/mongotest"
)

const (
	failoversDefault = 5
	failoversSeed    = 7
	// failoversPerSet is how many failovers a replica set lives through before it is replaced, so
	// that it does not take longer and longer to compare all its orders.
	failoversPerSet = 10
)

// Two processes serve clients who create and change orders on a replica set of three, which loses
// its primary again and again. After each failover the read models come right by themselves,
// nothing that was acknowledged is lost or there twice, and nothing was shown that is not in the
// history in the end.
//
// FAILOVERS says how many there are: 100 try all ways of waysToFail. SEED says what the first ten
// are like; the next ten have the next seed.
func TestFailoversUnderLoad(t *testing.T) {
	skipShort(t)
	left := fromEnv(t, "FAILOVERS", failoversDefault)
	seed := fromEnv(t, "SEED", failoversSeed)
	t.Logf("FAILOVERS=%d SEED=%d", left, seed)
	for ; left > 0; left, seed = left-failoversPerSet, seed+1 {
		t.Run("seed "+strconv.Itoa(seed), func(t *testing.T) {
			failOver(t, seed, min(left, failoversPerSet))
		})
	}
}

func fromEnv(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// A failing is one replica set that fails over again and again.
type failing struct {
	set       *mongotest.ReplicaSet
	commits   string // Where the commits are: on the set, too, or elsewhere.
	env       []string
	services  []*process
	customers *customers
	dice      *rand.Rand
}

// failOver lets a new replica set fail over so many times. With every other seed it has the views
// alone, so that what is committed goes on.
func failOver(t *testing.T, seed, times int) {
	f := failing{set: mongotest.Cluster(t), dice: rand.New(rand.NewPCG(uint64(seed), 0))}
	f.commits = f.set.URI("failovers")
	if seed%2 == 0 {
		f.commits = mongotest.URI(t)
	}
	f.env = []string{
		"MONGODB_URI=" + f.commits, "MONGODB_READ_URI=" + f.set.URI("failovers"),
		"REQUEST_TIMEOUT=3s",
	}
	f.services = []*process{start(t, f.env...), start(t, f.env...)}
	f.customers = newCustomers(f.services[0].client, f.services[1].client)
	defer f.customers.leave()
	var deck []int // Each way comes once before any comes again.
	for n := 0; n < times && !t.Failed(); n++ {
		if len(deck) == 0 {
			deck = f.dice.Perm(len(waysToFail))
		}
		f.once(t, n, waysToFail[deck[0]])
		deck = deck[1:]
	}
}

// once lets the set fail in one way while customers are there. At times a process is killed then.
func (f *failing) once(t *testing.T, n int, way wayToFail) {
	f.customers.come(f.dice.Uint64())
	pause(f.dice, 300*time.Millisecond, time.Second)
	what, began := way.name, time.Now()
	victim := f.dice.IntN(3 * len(f.services))
	revive := func() {}
	if victim < len(f.services) {
		what += ", and a process"
		revive = f.killSoon(t, victim)
	}
	way.fail(t, f.set, f.dice)
	revive()
	f.customers.areServed(t)
	served := time.Since(began)
	pause(f.dice, 300*time.Millisecond, time.Second)
	f.customers.leave()
	right := settles(t, f.env...)
	f.customers.check(t, f.commits)
	t.Logf("%d: %s: orders after %v, all views right after %v more; %s", n, what,
		served.Round(time.Millisecond), right.Round(time.Millisecond), f.customers)
}

// killSoon kills a process within the time that a failover takes.
func (f *failing) killSoon(t *testing.T, n int) (revive func()) {
	victim, killed := f.services[n], make(chan struct{})
	time.AfterFunc(time.Duration(f.dice.Int64N(int64(1500*time.Millisecond))), func() {
		victim.kill()
		close(killed)
	})
	return func() {
		t.Helper()
		<-killed
		f.services[n] = startOn(t, victim.port, f.env...)
	}
}

// pause lets between least and most pass.
func pause(dice *rand.Rand, least, most time.Duration) {
	time.Sleep(least + time.Duration(dice.Int64N(int64(most-least))))
}
