package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

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
)

// Reader reads the topic. It is in no group of consumers: each reader reads all.
type Reader struct {
	topics
	strange sync.Once
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
	name := r.topic()
	ends, err := r.admin().ListEndOffsets(ctx, name)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return "", errors.Join(ctx.Err(), translate(name, err))
	}
	at := make(offsets, found.partitions)
	for partition := range at {
		end, ok := ends.Lookup(name, int32(partition))
		if !ok {
			return "", fmt.Errorf("the end of partition %d of the topic %s is unknown",
				partition, name)
		}
		at[partition] = end.Offset
	}
	return ports.Offset(at.String()), nil
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
	failed error // Of handle.
	at     offsets
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
	places := map[int32]kgo.Offset{}
	for partition, n := range r.at {
		places[int32(partition)] = kgo.NewOffset().At(n)
	}
	client, err := r.client(
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{r.topic(): places}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()), kgo.KeepControlRecords(),
		kgo.FetchMaxBytes(fetchMax), kgo.FetchMaxPartitionBytes(fetchMaxPartition),
		kgo.MaxConcurrentFetches(1),
	)
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
		if _, err := r.want(ctx, r.id); errors.Is(err, ports.ErrGone) || ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		checked = time.Now()
	}
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
	r.strange.Do(func() {
		r.log.Warn("A message of the topic is none of this service: it is passed over, as others "+
			"will be", "topic", rec.Topic, "partition", rec.Partition, "offset", rec.Offset)
	})
}
