package kafka

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"orders/ports"
	"orders/ports/clock"
)

// A broker may take a moment to learn of a topic from another one. So a topic is missing only when
// it is missing several times.
const (
	missingTimes = 3
	missingPause = 200 * time.Millisecond
	awaitTimeout = 15 * time.Second
)

// A topic is one of the instances of the topic with a name.
type topic struct {
	// id is the broker's own ID of the topic and its number of partitions: when partitions are
	// added, an order's later commits may be in another one than its earlier ones.
	id         ports.TopicID
	partitions int
	leaderless bool // Of some partition, the broker knows no leader yet.
}

func topicOf(answer kmsg.MetadataResponseTopic) topic {
	id := base64.RawURLEncoding.EncodeToString(answer.TopicID[:]) // As Kafka's own tools show it.
	n, leaderless := len(answer.Partitions), false
	for _, p := range answer.Partitions {
		leaderless = leaderless || p.ErrorCode != 0
	}
	return topic{ports.TopicID(id + "/" + strconv.Itoa(n)), n, leaderless}
}

// topics are the topic of a name, at different times.
type topics struct {
	Config
	broker *kgo.Client
	log    *slog.Logger
	warned ports.TopicID // The topic whose number of partitions was warned of.
}

func newTopics(c Config, log *slog.Logger) (topics, error) {
	client, err := c.client()
	return topics{Config: c, broker: client, log: log}, err
}

// admin asks the brokers with the same client. What it knows of topics may be a moment old.
func (t *topics) admin() *kadm.Client { return kadm.NewClient(t.broker) }

// find returns the topic that there is. It returns ErrGone if there is none.
func (t *topics) find(ctx context.Context) (topic, error) {
	for try := 1; ; try++ {
		found, err := t.ask(ctx)
		if !errors.Is(err, ports.ErrGone) || try == missingTimes {
			return found, err
		}
		if err := clock.Sleep(ctx, missingPause); err != nil {
			return topic{}, err
		}
	}
}

// want is nil if the topic that there is has an ID, and ErrGone if another one is there, or none.
func (t *topics) want(ctx context.Context, id ports.TopicID) (topic, error) {
	found, err := t.find(ctx)
	if err == nil && found.id != id {
		err = fmt.Errorf("%w: the topic %s is %s, not %s", ports.ErrGone, t.topic(), found.id, id)
	}
	return found, err
}

// ask asks a broker for the topic, whatever the client knows of it.
func (t *topics) ask(ctx context.Context) (topic, error) {
	name := t.topic()
	asked := kmsg.NewMetadataRequestTopic()
	asked.Topic = &name
	request := kmsg.NewPtrMetadataRequest()
	request.Topics = append(request.Topics, asked)
	response, err := request.RequestWith(ctx, t.broker)
	if ended := ctx.Err(); ended != nil {
		return topic{}, ended
	}
	if err == nil && len(response.Topics) != 1 {
		err = fmt.Errorf("a broker describes %d topics, not one", len(response.Topics))
	}
	if err == nil {
		err = kerr.ErrorForCode(response.Topics[0].ErrorCode)
	}
	if err != nil {
		return topic{}, translate(name, err)
	}
	answer := response.Topics[0]
	if answer.TopicID == [16]byte{} || len(answer.Partitions) == 0 {
		return topic{}, fmt.Errorf("the brokers name no ID of the topic %s; they must be of "+
			"Kafka 2.8 or later", name)
	}
	return topicOf(answer), nil
}

// findOrMake returns the topic, and makes it if there is none. Somebody else may have made it a
// moment ago, so that one is looked at, too.
func (t *topics) findOrMake(ctx context.Context) (topic, error) {
	found, err := t.ask(ctx)
	if errors.Is(err, ports.ErrGone) {
		if err = t.make(ctx); err == nil {
			found, err = t.await(ctx)
		}
	}
	if err != nil {
		return topic{}, err
	}
	if want := t.Partitions; want > 0 && want != found.partitions && t.warned != found.id {
		t.warned = found.id
		t.log.Warn("The topic has another number of partitions than the settings say, and keeps it",
			"topic", t.topic(), "partitions", found.partitions, "setting", want)
	}
	return found, t.refuseCompacted(ctx)
}

// make makes the topic, unless another process just did.
func (t *topics) make(ctx context.Context) error {
	configs := map[string]*string{"cleanup.policy": kadm.StringPtr("delete")}
	if t.Replication > 2 { // So that what is confirmed outlasts the loss of a broker.
		configs["min.insync.replicas"] = kadm.StringPtr("2")
	}
	partitions, replication := t.numbers()
	_, err := t.admin().CreateTopic(ctx, partitions, replication, configs, t.topic())
	switch {
	case err == nil, errors.Is(err, kerr.TopicAlreadyExists):
		return nil
	case isAny(err, kerr.TopicAuthorizationFailed, kerr.ClusterAuthorizationFailed):
		return fmt.Errorf("there is no topic %s: make it, or grant the user of Kafka Create on "+
			"it: %w", t.topic(), err)
	}
	return fmt.Errorf("make the topic: %w", translate(t.topic(), err))
}

// await waits until the brokers know the topic that was just made, and who leads it.
func (t *topics) await(ctx context.Context) (topic, error) {
	for begun := time.Now(); ; {
		found, err := t.ask(ctx)
		if err == nil && !found.leaderless || ctx.Err() != nil || time.Since(begun) > awaitTimeout {
			return found, err
		}
		if err := clock.Sleep(ctx, missingPause/4); err != nil {
			return topic{}, err
		}
	}
}

// refuseCompacted returns an error if the topic keeps only the last message of each order.
func (t *topics) refuseCompacted(ctx context.Context) error {
	configs, err := t.admin().DescribeTopicConfigs(ctx, t.topic())
	if err != nil || len(configs) == 0 || configs[0].Err != nil {
		return ctx.Err() // Whoever may not see them publishes nevertheless.
	}
	for _, c := range configs[0].Configs {
		policies := strings.Split(c.MaybeValue(), ",")
		if c.Key == "cleanup.policy" && slices.Contains(policies, "compact") {
			return fmt.Errorf("the topic %s would keep only the last event of each order, as its "+
				"cleanup.policy is %s: set that to delete", t.topic(), c.MaybeValue())
		}
	}
	return nil
}
