package e2e_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// A way to fail takes the primary from a replica set, and gives back a whole one with another.
type wayToFail struct {
	name string
	fail func(*testing.T, *mongotest.ReplicaSet, *rand.Rand)
}

var waysToFail = []wayToFail{
	{"the primary is killed", func(t *testing.T, set *mongotest.ReplicaSet, dice *rand.Rand) {
		old := set.Primary()
		old.Kill()
		awaitOther(t, set, old)
		pause(dice, 1, time.Second)
		old.Restart()
	}},
	{"the primary is silent", func(t *testing.T, set *mongotest.ReplicaSet, dice *rand.Rand) {
		old := set.Primary()
		old.Freeze()
		awaitOther(t, set, old)
		pause(dice, 1, time.Second)
		old.Thaw()
	}},
	{"the primary steps down", func(t *testing.T, set *mongotest.ReplicaSet, _ *rand.Rand) {
		old := set.Primary()
		stepDown(t, old)
		awaitOther(t, set, old)
	}},
	{"the primary is forced to step down", forcedStepDown},
	{"the primary is deposed by others that lag", deposedAhead},
	{"the primary is killed when the others lag", killedAhead},
	{"the primary is killed when the others are silent", killedAmongSilent},
}

// awaitOther waits for another primary.
func awaitOther(t *testing.T, set *mongotest.ReplicaSet, old *mongotest.Server) {
	t.Helper()
	eventually(t, "another one is primary", func() bool { return set.Primary() != old })
}

func forcedStepDown(t *testing.T, set *mongotest.ReplicaSet, _ *rand.Rand) {
	old := set.Primary()
	err := ask(t, old, bson.D{
		{Key: "replSetStepDown", Value: 10}, {Key: "secondaryCatchUpPeriodSecs", Value: 0},
		{Key: "force", Value: true},
	})
	if err != nil && !isNotPrimary(err) {
		t.Errorf("step down: %v", err)
	}
	awaitOther(t, set, old)
}

// deposedAhead takes back what a primary alone has: also views that it has acknowledged.
func deposedAhead(t *testing.T, set *mongotest.ReplicaSet, _ *rand.Rand) {
	var ahead *mongotest.Divergence
	aheadOf(t, set.Primary(), func() { ahead = set.Diverge() })
	ahead.Depose()
}

// killedAhead kills such a primary.
func killedAhead(t *testing.T, set *mongotest.ReplicaSet, _ *rand.Rand) {
	var ahead *mongotest.Divergence
	aheadOf(t, set.Primary(), func() { ahead = set.Diverge() })
	ahead.Kill()
	ahead.Primary.Restart()
}

// killedAmongSilent kills a primary that nobody hears any more.
func killedAmongSilent(t *testing.T, set *mongotest.ReplicaSet, _ *rand.Rand) {
	old, others := primaryAndOthers(set)
	aheadOf(t, old, func() {
		for _, other := range others {
			other.Freeze()
		}
	})
	old.Kill()
	for _, other := range others {
		other.Thaw()
	}
	stepUp(t, others)
	awaitOther(t, set, old)
	old.Restart()
}

// aheadOf makes a primary have views alone. It holds up each save of views, so that the second one
// has many, and cuts the other members off before that one comes through.
func aheadOf(t *testing.T, primary *mongotest.Server, cutOff func()) {
	t.Helper()
	const heldUp = 300 * time.Millisecond
	release := mongotest.FailCommand(t, primary.URI("admin"), 0, bson.M{
		"failCommands": bson.A{"insert", "update"}, "namespace": "failovers.order_reads",
		"blockConnection": true, "blockTimeMS": heldUp.Milliseconds(),
	})
	time.Sleep(heldUp + heldUp/3)
	cutOff()
	release()
	time.Sleep(heldUp)
}

func primaryAndOthers(set *mongotest.ReplicaSet) (_ *mongotest.Server, rest []*mongotest.Server) {
	primary := set.Primary()
	for _, member := range set.Members {
		if member != primary {
			rest = append(rest, member)
		}
	}
	return primary, rest
}

// stepUp has one of these members elected at once.
func stepUp(t *testing.T, members []*mongotest.Server) {
	t.Helper()
	eventually(t, "one of them is elected", func() bool {
		for _, member := range members {
			if ask(t, member, bson.D{{Key: "replSetStepUp", Value: 1}}) == nil {
				return true
			}
		}
		return false
	})
}

func ask(t *testing.T, server *mongotest.Server, command bson.D) error {
	return mongotest.Database(t, server.URI("admin")).RunCommand(t.Context(), command).Err()
}
