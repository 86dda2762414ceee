package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/app/inlet"
	"orders/ports/clock"
)

const (
	// pollMax is how many messages are taken at once, at most.
	pollMax = 32
	// fetchBytes is how much the client fetches ahead of them, about.
	fetchBytes = 4 << 20
	// sessionTimeout is how soon another process takes over from one that is gone.
	sessionTimeout = 10 * time.Second
	// commitEvery is how often offsets are committed.
	commitEvery = 200 * time.Millisecond
	// commandsAgain is how long a consumer waits before it begins again.
	commandsAgain = time.Second
)

// Commands receives messages that ask for commands, each process those of some partitions.
type Commands struct {
	config Config
	serve  func(context.Context, inlet.Delivery) error
	log    *slog.Logger
}

// NewCommands returns Commands that hands each message to serve. It connects when it runs.
func NewCommands(
	c Config, serve func(context.Context, inlet.Delivery) error, log *slog.Logger,
) *Commands {
	return &Commands{c, serve, log}
}

// Run receives messages until ctx ends, whatever becomes of the brokers.
func (c *Commands) Run(ctx context.Context) {
	for ctx.Err() == nil {
		err := c.consume(ctx)
		if ctx.Err() == nil {
			c.log.Warn("Receiving commands from Kafka failed; beginning again",
				slog.Any("error", err))
		}
		_ = clock.Sleep(ctx, commandsAgain)
	}
}

// consume receives messages until there is an error that the client does not outlast.
func (c *Commands) consume(ctx context.Context) error {
	a := &assignment{parts: map[int32]*partition{}, lanes: inlet.NewLanes(), serve: c.serve}
	client, err := c.config.client(
		kgo.ConsumerGroup(inlet.Commands), kgo.ConsumeTopics(inlet.Commands),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.FetchMaxBytes(fetchBytes),
		kgo.SessionTimeout(sessionTimeout), kgo.HeartbeatInterval(sessionTimeout/5),
		kgo.ProducerLinger(0), kgo.BlockRebalanceOnPoll(), kgo.AutoCommitMarks(),
		kgo.AutoCommitInterval(commitEvery),
		kgo.OnPartitionsAssigned(a.assign(ctx)), kgo.OnPartitionsRevoked(a.revoke),
		kgo.OnPartitionsLost(a.lose),
	)
	if err != nil {
		return err
	}
	defer client.CloseAllowingRebalance()
	a.out = &sender{client, func(ctx context.Context) error { return c.makeTopics(ctx, client) }}
	if err := a.out.makeTopics(ctx); err != nil {
		return err
	}
	for {
		room, err := a.lanes.Room(ctx)
		if err != nil {
			return err
		}
		fetches := client.PollRecords(ctx, min(room, pollMax))
		fetches.EachRecord(a.begin)
		client.AllowRebalance()
		if err := fetches.Err0(); err != nil {
			return err
		}
		if err := firstError(fetches); err != nil {
			return err
		}
	}
}

// firstError is an error of a partition, which also the client does not outlast.
func firstError(fetches kgo.Fetches) (err error) {
	fetches.EachError(func(topic string, number int32, each error) {
		if err == nil {
			err = fmt.Errorf("partition %d of %s: %w", number, topic, each)
		}
	})
	return err
}

// makeTopics makes the topics that are missing. It leaves others as they are.
func (c *Commands) makeTopics(ctx context.Context, client *kgo.Client) error {
	partitions, replication := c.config.numbers()
	made, err := kadm.NewClient(client).CreateTopics(ctx, partitions, replication, nil,
		inlet.Commands, inlet.Results, inlet.DeadLetters)
	if err != nil {
		return err
	}
	for _, topic := range made.Sorted() {
		if topic.Err != nil && !errors.Is(topic.Err, kerr.TopicAlreadyExists) {
			return fmt.Errorf("make the topic %s: %w", topic.Topic, topic.Err)
		}
	}
	return nil
}
