package feed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/changestream"
	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/journal"
	"orders/domain/order"
	"orders/ports"
)

// A listener is a follower with a change stream, which one poll at a time asks for more, and with
// the broadcast of this process.
type listener struct {
	follower *follower
	stream   *driver.ChangeStream // Not to be touched during a poll.
	due      *time.Timer          // When to poll; stopped during a poll.
	soon     bool                 // It is due within GatherTime, since something waits for it.
	polled   chan polled          // Has room for the one poll.
	quiet    silence
	same     func() bool // Whether the primary is still that of which silence means something.
}

// errOtherPrimary means that a silence may be that of a primary which does not know yet what a
// majority has.
var errOtherPrimary = errors.New("another primary was elected")

// polled is whether a poll found an event. After an error the stream is of no more use.
type polled struct {
	some bool
	err  error
}

// follow delivers what the change stream tells from r's place on, and what is broadcast.
func (r *follower) follow(ctx context.Context) error {
	own, leave := r.feed.own.Listen()
	defer leave()
	same := func() bool { return true }
	if !r.caughtUp {
		var err error
		if same, err = r.feed.db.AwaitMajority(ctx); err != nil {
			return fmt.Errorf("watch %s: %w", journal.Collection, err)
		}
	}
	stream, err := r.stream.Open(ctx, r.feed.commits, InsertsOnly, options.ChangeStream().
		SetStartAfter(r.at.token).SetBatchSize(r.feed.sizes.Batch(journal.BatchMax)))
	if err != nil {
		return err
	}
	defer client.CloseSoon(ctx, stream)
	l := &listener{
		follower: r, stream: stream, due: time.NewTimer(0), polled: make(chan polled, 1),
		same: same,
	}
	return l.listen(ctx, own)
}

func (l *listener) listen(ctx context.Context, own *journal.Listener) error {
	polls, stop := context.WithCancel(ctx)
	polling := false
	defer func() {
		stop()
		if polling {
			<-l.polled
		}
	}()
	for {
		var err error
		select {
		case commits := <-own.Commits:
			own.Release(commits)
			err = l.deliverBroadcast(commits, polling)
		case <-l.due.C:
			polling, l.soon = true, false
			go l.poll(polls)
		case p := <-l.polled:
			polling = false
			err = l.read(p)
		}
		if err != nil {
			return err
		}
	}
}

// poll waits a moment for an event.
func (l *listener) poll(ctx context.Context) {
	some, err := l.follower.stream.Poll(ctx, l.stream)
	l.polled <- polled{some, err}
}

// read delivers what a poll found.
func (l *listener) read(p polled) error {
	switch {
	case p.err != nil:
		return fmt.Errorf("watch %s: %w", journal.Collection, p.err)
	case p.some:
		l.quiet = silence{}
		return l.deliverEvents()
	}
	l.due.Reset(0)
	l.follower.at = l.follower.at.moved(l.stream.ResumeToken())
	if !l.quiet.worthTelling(l.stream.ID()) {
		return nil
	}
	if !l.follower.caughtUp && !l.same() {
		return errOtherPrimary
	}
	l.follower.caughtUp = true
	return l.follower.deliver(ports.Batch{Next: l.follower.at.position()})
}

// deliverEvents hands over the current event and all that came with it, but for what was delivered
// before.
func (l *listener) deliverEvents() error {
	var b ports.Batch
	size, largest := 0, 0
	for more := true; more; {
		if c, is := l.event(); is {
			b.Commits = append(b.Commits, c)
			size += len(l.stream.Current)
		}
		largest = max(largest, len(l.stream.Current))
		more = len(b.Commits) < journal.BatchMax && size < feedBytes &&
			l.stream.RemainingBatchLength() > 0 && l.stream.TryNext(l.follower.caller)
	}
	l.follower.feed.sizes.Saw(int64(largest))
	l.stream.SetBatchSize(l.follower.feed.sizes.Batch(journal.BatchMax))
	if at, ok := timeOf(l.stream); ok && !l.follower.until.IsZero() && at.After(l.follower.until) {
		l.follower.caughtUp = true // Also under constant traffic, when there is never silence.
	}
	next := l.follower.at.moved(l.stream.ResumeToken())
	if b.Next = next.position(); len(b.Commits) == 0 {
		l.due.Reset(lazyTime)
		l.follower.at = next
		return nil
	}
	l.due.Reset(changestream.GatherTime)
	err := l.follower.deliver(b)
	if err == nil {
		l.follower.at = next
	}
	return err
}

// event is the commit that the current event tells of, unless it was delivered before.
func (l *listener) event() (c ports.Commit, is bool) {
	raw, _ := l.stream.Current.Lookup("fullDocument").DocumentOK()
	v := version{order.ID(document.Text(raw, "orderId")), document.Version(raw)}
	delete(l.follower.ahead, v)
	if l.follower.had.has(v) {
		return c, false
	}
	if c, is = l.follower.feed.commitOf(raw); c.Unreadable == nil {
		l.follower.had.add(v)
	}
	return c, is
}

// deliverBroadcast delivers the broadcast commits that follow what was delivered before. For those
// that have to wait, the listener asks the change stream soon.
func (l *listener) deliverBroadcast(commits []ports.Commit, polling bool) error {
	f := l.follower
	b := ports.Batch{Next: f.at.position()}
	for _, c := range commits {
		v := version{c.OrderID, c.Version}
		switch {
		case f.had.has(v):
		case len(f.ahead) < deliveredMax && f.had.follows(v): // Else it would come twice.
			f.had.add(v)
			f.ahead[v] = struct{}{}
			b.Commits = append(b.Commits, c)
		case !polling && !l.soon:
			l.soon = true
			l.due.Reset(changestream.GatherTime)
		}
	}
	if len(b.Commits) == 0 {
		return nil
	}
	return f.deliver(b)
}

// timeOf is when the current event happened, by the clock of the servers.
func timeOf(stream *driver.ChangeStream) (at primitive.Timestamp, ok bool) {
	at.T, at.I, ok = stream.Current.Lookup("clusterTime").TimestampOK()
	return at, ok
}

// commitOf reads a commit. What has the key of no order is none, and the log is told, once.
func (f *EventFeed) commitOf(raw bson.Raw) (c ports.Commit, is bool) {
	c, err := journal.DecodeCommit(raw)
	c.Unreadable = err
	if is = c.OrderID.Valid(); !is {
		if key := document.Key(raw.Lookup("_id")); f.unread.ShouldLog(key) {
			f.log.Error("A document is no commit, and is passed over",
				"collection", journal.Collection, "_id", key, "error", err)
		}
	}
	return c, is
}

// A silence is a row of polls that brought nothing.
type silence struct {
	cursor int64
	polls  int
	told   time.Time
}

// worthTelling counts one more poll of a cursor. The first one that brings nothing has not waited
// for any, so the second one means "caught up". It is worth telling, and then, as the position
// moves on all the same, once in a while.
func (s *silence) worthTelling(cursor int64) bool {
	if s.cursor != cursor { // The driver may have opened another one.
		s.cursor, s.polls = cursor, 0
	}
	s.polls++
	if s.polls < 2 || time.Since(s.told) < quietTime {
		return false
	}
	s.told = time.Now()
	return true
}
