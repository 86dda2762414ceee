package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/ports"
	"orders/ports/clock"
)

var _ ports.TopicReader = (*Reader)(nil)

const (
	// A reader holds two such fetches at most: one is read while another comes.
	fetchMax          = 4 << 20
	fetchMaxPartition = 1 << 20
	noticesMax        = 1000
	retryEvery        = time.Second
	// A broker that does not answer must not delay what others have.
	askTimeout = 3 * time.Second
)

// Reader reads the topic. It is in no group of consumers: each reader reads all.
type Reader struct {
	topics
	foreign sync.Once // Warns of a message of somebody else.
}

// NewReader returns a Reader, which connects when it is used.
func NewReader(c Config, log *slog.Logger) (*Reader, error) {
	all, err := newTopics(c, log)
	return &Reader{topics: all}, err
}

// Close disconnects. Nobody may read any more.
func (r *Reader) Close() { r.broker.Close() }

// End implements ports.TopicReader.
func (r *Reader) End(ctx context.Context, id ports.TopicID) (ports.Offset, error) {
	found, err := r.want(ctx, id)
	if err != nil {
		return "", err
	}
	at, err := r.list(ctx, found.partitions, (*kadm.Client).ListEndOffsets)
	return ports.Offset(at.String()), err
}

// list asks the broker for an offset of each partition.
func (r *Reader) list(
	ctx context.Context, partitions int,
	ask func(*kadm.Client, context.Context, ...string) (kadm.ListedOffsets, error),
) (offsets, error) {
	name := r.topic()
	listed, err := ask(r.admin(), ctx, name)
	if err == nil {
		err = listed.Error()
	}
	if err != nil {
		return nil, errors.Join(ctx.Err(), translate(name, err))
	}
	at := make(offsets, partitions)
	for partition := range at {
		o, ok := listed.Lookup(name, int32(partition))
		if !ok {
			return nil, fmt.Errorf("an offset of partition %d of the topic %s is unknown",
				partition, name)
		}
		at[partition] = o.Offset
	}
	return at, nil
}

// Read implements ports.TopicReader.
func (r *Reader) Read(
	ctx context.Context, id ports.TopicID, from ports.Offset,
	handle func(context.Context, ports.Notices) error,
) error {
	reading := &reading{Reader: r, id: id, handle: handle}
	var outage string
	for {
		err := reading.run(ctx, from)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case reading.failed != nil:
			return reading.failed
		case errors.Is(err, ports.ErrGone):
			return err
		case err.Error() != outage:
			outage = err.Error()
			r.log.Warn("Kafka cannot be read, and is tried again", "error", err)
		}
		if reading.at != nil {
			from = ports.Offset(reading.at.String())
		}
		if err := clock.Sleep(ctx, retryEvery); err != nil {
			return err
		}
	}
}

// A reading is one call of Read.
type reading struct {
	*Reader
	id     ports.TopicID
	handle func(context.Context, ports.Notices) error
	begun  bool  // The first call of handle is made.
	failed error // Of handle.
	at     offsets
}

// begin calls handle for the first time, once the broker is known to have all that follows.
func (r *reading) begin(ctx context.Context) error {
	starts, err := r.list(ctx, len(r.at), (*kadm.Client).ListStartOffsets)
	if err != nil {
		return err
	}
	ends, err := r.list(ctx, len(r.at), (*kadm.Client).ListEndOffsets)
	if err != nil {
		return err
	}
	for partition, n := range r.at {
		if n < starts[partition] || n > ends[partition] {
			return fmt.Errorf("%w: partition %d of the topic %s has %d to %d, not %d",
				ports.ErrGone, partition, r.topic(), starts[partition], ends[partition], n)
		}
	}
	r.begun = true
	r.failed = r.handle(ctx, ports.Notices{Next: ports.Offset(r.at.String())})
	return r.failed
}

// run reads from an offset until it fails.
func (r *reading) run(ctx context.Context, from ports.Offset) error {
	found, err := r.want(ctx, r.id)
	if err != nil {
		return err
	}
	if r.at, err = parseOffsets(from); err != nil {
		return err
	}
	if len(r.at) != found.partitions {
		return fmt.Errorf("%w: the offset %q is not of %d partitions",
			ports.ErrGone, from, found.partitions)
	}
	if !r.begun {
		if err := r.begin(ctx); err != nil {
			return err
		}
	}
	client, err := r.consume()
	if err != nil {
		return err
	}
	defer client.Close()
	for checked := time.Now(); ; {
		if err := r.poll(ctx, client); err != nil {
			return err
		}
		if time.Since(checked) < watchEvery {
			continue
		}
		if err := r.check(ctx); err != nil {
			return err
		}
		checked = time.Now()
	}
}

// check returns ErrGone if the topic is known not to be there any more.
func (r *reading) check(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	if _, err := r.want(asking, r.id); errors.Is(err, ports.ErrGone) {
		return err
	}
	return ctx.Err()
}

// consume returns a client that reads from the offsets on.
func (r *reading) consume() (*kgo.Client, error) {
	places := map[int32]kgo.Offset{}
	for partition, n := range r.at {
		places[int32(partition)] = kgo.NewOffset().At(n)
	}
	return r.client(
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{r.topic(): places}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()), kgo.KeepControlRecords(),
		kgo.FetchMaxBytes(fetchMax), kgo.FetchMaxPartitionBytes(fetchMaxPartition),
		kgo.MaxConcurrentFetches(1),
	)
}

// poll handles what comes within a moment.
func (r *reading) poll(ctx context.Context, client *kgo.Client) error {
	waiting, cancel := context.WithTimeout(ctx, watchEvery)
	defer cancel()
	fetches := client.PollRecords(waiting, noticesMax)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, failure := range fetches.Errors() {
		switch {
		case waiting.Err() != nil && errors.Is(failure.Err, waiting.Err()):
		case isLost(failure.Err):
			return fmt.Errorf("%w: partition %d: %w", ports.ErrGone, failure.Partition, failure.Err)
		default:
			return translate(r.topic(), failure.Err)
		}
	}
	var notices ports.Notices
	fetches.EachRecord(func(rec *kgo.Record) {
		r.at[rec.Partition] = rec.Offset + 1
		if rec.Attrs.IsControl() {
			return
		}
		n, ok := noticeOf(rec)
		if !ok {
			r.passOver(rec)
			return
		}
		if last := len(notices.Of) - 1; last < 0 || notices.Of[last] != n {
			notices.Of = append(notices.Of, n) // Once for all events of a commit.
		}
	})
	if fetches.NumRecords() == 0 {
		return nil
	}
	notices.Next = ports.Offset(r.at.String())
	r.failed = r.handle(ctx, notices)
	return r.failed
}

func (r *Reader) passOver(rec *kgo.Record) {
	r.foreign.Do(func() {
		r.log.Warn("A message of the topic is none of this service: it is passed over, as others "+
			"will be", "topic", rec.Topic, "partition", rec.Partition, "offset", rec.Offset)
	})
}
