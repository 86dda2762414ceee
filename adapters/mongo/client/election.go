package client

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/description"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/ports"
	"orders/ports/clock"
)

// electionPause passes before a new primary is asked again what it knows.
const electionPause = 5 * time.Millisecond

// An election is that by which a member became primary. A new primary has all that is durable, but
// knows that it is only once a majority has something of its own term. Until then its majority
// reads are of a time before.
type election struct {
	id     primitive.ObjectID
	known  chan struct{} // Closed when majority reads of this primary have all that is durable.
	asking chan struct{} // Holds one who asks the primary; the others wait.
}

// elections remember the latest one. Before the driver sends anything to a primary, they know it.
type elections struct{ latest atomic.Pointer[election] }

// update notes who is primary now. While nobody is, nobody is asked.
func (e *elections) update(t description.Topology) {
	for _, s := range t.Servers {
		if s.Kind != description.RSPrimary {
			continue
		}
		if was := e.latest.Load(); was == nil || was.id != s.ElectionID {
			e.latest.Store(newElection(s.ElectionID))
		}
	}
}

func newElection(id primitive.ObjectID) *election {
	return &election{id: id, known: make(chan struct{}), asking: make(chan struct{}, 1)}
}

// termOf is the term of an election, which stands in its ID after four bytes that mark it.
func termOf(election primitive.ObjectID) (term int64, is bool) {
	const ofTerm = 0x7fffffff
	is = binary.BigEndian.Uint32(election[:4]) == ofTerm
	return int64(binary.BigEndian.Uint64(election[4:])), is
}

// isKnown reports whether majority reads have all that is durable. Of no election, as with a
// router, nobody has to learn that.
func (e *election) isKnown() bool {
	if e == nil {
		return true
	}
	select {
	case <-e.known:
		return true
	default:
		return false
	}
}

// AwaitMajority waits until the primary knows all that is durable, and returns how to ask later
// whether it is still the same one.
func (d *Database) AwaitMajority(ctx context.Context) (same func() bool, err error) {
	asked := d.elections.latest.Load()
	same = func() bool { return d.elections.latest.Load() == asked }
	return same, d.awaitMajority(ctx, asked)
}

// FindDurable finds what is durable in a Collection, and misses nothing that was acknowledged
// before, also if another primary has just been elected.
func (d *Database) FindDurable(
	ctx context.Context, in *driver.Collection, filter any, o *options.FindOptions,
) (*driver.Cursor, error) {
	for {
		same, err := d.AwaitMajority(ctx)
		if err != nil {
			return nil, err
		}
		cursor, err := in.Find(ctx, filter, o)
		if err != nil || same() {
			return cursor, err // Its next batches come from the same member.
		}
		CloseSoon(ctx, cursor)
	}
}

// awaitMajority waits until the primary of an election knows what a majority has. All who wait ask
// it one after the other, until one has learned it.
func (d *Database) awaitMajority(ctx context.Context, of *election) error {
	if of.isKnown() {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, AttemptTimeout)
	defer cancel()
	for {
		select {
		case <-of.known:
			return nil
		case of.asking <- struct{}{}:
			d.learn(waiting, of)
			<-of.asking
		case <-waiting.Done():
			if err := ctx.Err(); err != nil {
				return err
			}
			return fmt.Errorf("%w: the primary does not know yet what a majority has",
				ports.ErrUnavailable)
		}
	}
}

// learn asks the primary once, and rests if it does not know.
func (d *Database) learn(ctx context.Context, of *election) {
	said, err := AskHello(ctx, d.Handle)
	switch {
	case of.isKnown(): // Since the one before asked.
	case err == nil && said.knowsMajority():
		close(of.known)
	default:
		_ = clock.Sleep(ctx, electionPause) // Whoever waits sees by himself that ctx has ended.
	}
}

// knowsMajority reports whether majority reads of the server have all that is durable.
func (h Hello) knowsMajority() bool {
	term, is := termOf(h.Election)
	return h.Writable && (!is || h.LastWrite.Majority.Term >= term)
}
