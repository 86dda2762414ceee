// Package brokers_test breaks brokers and the programs that tell them what happened, under load,
// and reads with a consumer of its own what was told.
package brokers_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/guard"
	"orders/test/mongotest"
)

const (
	// faultsDefault is how often programs are killed, and faultsAll what a long run has.
	faultsDefault, faultsAll = 5, 25
	// leaseTime is longer than the lease of a program that was killed or frozen lasts.
	leaseTime = 6 * time.Second
)

// Whatever happens to the programs, the broker and what is between them, every command that was
// acknowledged is told, in order and whole, and the read models that follow the broker come right
// by themselves. FAULTS says how often programs are killed; with 25, a broker is frozen for 30 s.
func TestFaultsOfKafka(t *testing.T) {
	t.Parallel() // Most of it is waiting.
	guard.SkipIfShort(t)
	breakAll(t, newKafka(t))
}

func TestFaultsOfRabbitMQ(t *testing.T) {
	t.Parallel()
	guard.SkipIfShort(t)
	breakAll(t, newRabbitMQ(t))
}

// While one broker is down, the other one is told, and the first one catches up.
func TestABrokerThatIsDownDelaysNoOther(t *testing.T) {
	guard.SkipIfShort(t)
	down, up := newKafka(t), newRabbitMQ(t)
	late := down.fresh(t)
	w := newWorldIn(t, mongotest.URI(t), up, append(late.env(), "PUBLISH=kafka,rabbitmq")...)
	down.server.Kill()
	w.goesOn(t)
	w.check(t)
	down.server.Start()
	w.topic = late
	w.check(t)
}

func breakAll(t *testing.T, b *broker) {
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) { fault.happens(t, b) })
	}
}

var faults = []struct {
	name    string
	happens func(*testing.T, *broker)
}{
	{"the program that tells is killed", killedPrograms},
	{"two programs tell at once", zombie},
	{"connections are cut within a batch", cutConnections},
	{"the broker is killed", killedBroker},
	{"the broker is frozen", frozenBroker},
	{"the topic is deleted", func(t *testing.T, b *broker) { otherTopic(t, b, topic.remove) }},
	{"the topic is remade", remadeTopic},
	{"the topic is divided anew", func(t *testing.T, b *broker) { otherTopic(t, b, topic.divide) }},
	{"the position is lost", lostPosition},
	{"the database loses its primary", lostPrimary},
	{"the broker's disk is full", fullDisk},
}

func times(t *testing.T) int {
	t.Helper()
	text := os.Getenv("FAULTS")
	if text == "" {
		return faultsDefault
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("FAULTS: %v", err)
	}
	return n
}

func pause(least, most time.Duration) {
	time.Sleep(least + rand.N(most-least))
}

// killedPrograms kills the program that tells, again and again; another one takes over.
func killedPrograms(t *testing.T, b *broker) {
	w := newWorld(t, b)
	for range times(t) {
		leader := w.leader(t, -1)
		pause(0, time.Second)
		w.programs[leader].kill()
		w.replace(t, leader)
	}
	w.check(t)
}

// zombie freezes the program that tells for longer than its lease, so that another one tells while
// it still has messages under way when it is thawed.
func zombie(t *testing.T, b *broker) {
	w := newWorld(t, b)
	for range max(1, times(t)/faultsDefault) {
		first := w.leader(t, -1)
		w.programs[first].signal(t, syscall.SIGSTOP)
		w.leader(t, first)
		w.areServed(t, 20)
		w.programs[first].signal(t, syscall.SIGCONT)
		w.areServed(t, 50)
	}
	w.check(t)
}

func cutConnections(t *testing.T, b *broker) {
	w := newWorld(t, b)
	for before := b.proxy.cutWithin(); b.proxy.cutWithin() < before+2*times(t); {
		b.proxy.cutAfter(1 + rand.IntN(3000))
		pause(100*time.Millisecond, 500*time.Millisecond)
	}
	b.proxy.cutAfter(-1)
	w.check(t)
}

// killedBroker also kills the program that has told nothing of what it has read since.
func killedBroker(t *testing.T, b *broker) {
	w := newWorld(t, b)
	b.server.Kill()
	w.goesOn(t)
	leader := w.leader(t, -1)
	w.programs[leader].kill()
	w.replace(t, leader)
	b.server.Start()
	w.areServed(t, 50)
	w.check(t)
}

func frozenBroker(t *testing.T, b *broker) {
	long := 8 * time.Second
	if times(t) >= faultsAll {
		long = 30 * time.Second
	}
	w := newWorld(t, b)
	stream, before := w.watch(t, w.programs[0]), w.acknowledged()
	b.server.Freeze()
	thawed := time.After(long)
	w.goesOn(t)
	<-thawed
	b.server.Thaw()
	w.areServed(t, 50)
	w.check(t)
	eventually(t, "a stream goes on", func() bool { return stream.lacks(w.versions, before) == "" })
}

// otherTopic wants another topic to be told everything.
func otherTopic(t *testing.T, b *broker, changed func(topic, *testing.T)) {
	w := newWorld(t, b)
	w.hasTold(t, 1) // So there is a topic.
	changed(w.topic, t)
	w.goesOn(t)
	w.areServed(t, 50)
	w.check(t)
}

// remadeTopic has somebody else delete the topic and make it anew. RabbitMQ then routes what is
// under way to the new stream, before the relay knows: messages go to an exchange, and not to a
// stream.
func remadeTopic(t *testing.T, b *broker) {
	w := newWorld(t, b)
	w.hasTold(t, 1)
	w.remake(t)
	w.mayStray = b.name == "rabbitmq"
	w.goesOn(t)
	w.areServed(t, 50)
	w.check(t)
}

// lostPosition wants everything to be told again.
func lostPosition(t *testing.T, b *broker) {
	w := newWorld(t, b)
	before := w.acked.Load()
	w.hasTold(t, before/2)
	all := mongotest.Database(t, w.uri).Collection("order_subscriptions")
	gone, err := all.DeleteOne(t.Context(), bson.M{"_id": w.relay()})
	if err != nil || gone.DeletedCount != 1 {
		t.Fatalf("%d positions are deleted, %v", gone.DeletedCount, err)
	}
	w.areServed(t, 50)
	w.check(t)
	eventually(t, "everything is told again", func() bool {
		return int64(w.await(t).again) >= before/2
	})
}

func lostPrimary(t *testing.T, b *broker) {
	set := mongotest.Cluster(t)
	w := newWorldIn(t, set.URI("faults"), b)
	old := set.Primary()
	old.Kill()
	eventually(t, "another one is primary", func() bool { return set.Primary() != old })
	w.areServed(t, 50)
	old.Restart()
	w.areServed(t, 50)
	w.check(t)
}

func fullDisk(t *testing.T, b *broker) {
	w := newWorld(t, b)
	free := b.fill(t)
	w.goesOn(t)
	pause(leaseTime/2, leaseTime)
	free()
	w.areServed(t, 50)
	w.check(t)
}
