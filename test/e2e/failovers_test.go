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
	// failoversPerSet is how many failovers a replica set lives through before it is replaced, so
	// that it does not take longer and longer to compare all its orders.
	failoversPerSet = 10
	failoversSeed   = 17
)

// Two processes serve clients who create and change orders on a replica set of three, which loses
// its primary again and again, in every way there is. After each failover the read models come
// right by themselves, nothing that was acknowledged is lost or there twice, and nothing was shown
// that is not in the history in the end.
//
// FAILOVERS says how many there are, and SEED which; by default each way comes once.
func TestFailoversUnderLoad(t *testing.T) {
	skipShort(t)
	left, seed := fromEnv(t, "FAILOVERS", len(waysToFail)), fromEnv(t, "SEED", failoversSeed)
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

// failOver lets a new replica set fail over so many times.
func failOver(t *testing.T, seed, times int) {
	dice := rand.New(rand.NewPCG(uint64(seed), 0))
	var deck []int // Each way comes once before any comes again.
	set := mongotest.Cluster(t)
	env := []string{"MONGODB_URI=" + set.URI("failovers"), "REQUEST_TIMEOUT=3s"}
	services := []*process{start(t, env...), start(t, env...)}
	c := newCustomers(services[0].client, services[1].client)
	for n := range times {
		if len(deck) == 0 {
			deck = dice.Perm(len(waysToFail))
		}
		way := waysToFail[deck[0]]
		deck = deck[1:]
		c.come(uint64(seed), n)
		pause(dice, 500*time.Millisecond, time.Second)
		victim := dice.IntN(3 * len(services)) // Mostly none.
		if victim < len(services) {
			services[victim].kill()
		}
		began := time.Now()
		way.fail(t, set, dice)
		if victim < len(services) {
			services[victim] = startOn(t, services[victim].port, env...)
		}
		c.areServed(t)
		served := time.Since(began)
		pause(dice, 500*time.Millisecond, time.Second)
		c.leave()
		right := settles(t, env...)
		c.check(t, set.URI("failovers"))
		t.Logf("%d: %s, process %d of 2 killed; served after %v, right after %v; %s",
			n, way.name, victim+1, served.Round(time.Millisecond), right.Round(time.Millisecond), c)
		if t.Failed() {
			return
		}
	}
}

// pause lets between least and most pass.
func pause(dice *rand.Rand, least, most time.Duration) {
	time.Sleep(least + time.Duration(dice.Int64N(int64(most-least))))
}
