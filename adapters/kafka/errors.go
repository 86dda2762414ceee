package kafka

import (
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/ports"
)

// translate makes an error of the broker one of the ports'. A lack of rights is no outage, so it
// says what to do; the caller tries again, as rights can be granted at any time.
func translate(topic string, err error) error {
	switch {
	case err == nil:
		return nil
	case isAny(err, kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.InvalidRecord):
		return fmt.Errorf("%w: topic %s: %w", ports.ErrRefused, topic, err)
	case isAny(err, kerr.UnknownTopicID, kerr.UnknownTopicOrPartition, kerr.InconsistentTopicID):
		return fmt.Errorf("%w: topic %s: %w", ports.ErrGone, topic, err)
	case isAny(err, kerr.TopicAuthorizationFailed, kerr.ClusterAuthorizationFailed):
		return fmt.Errorf("the user of Kafka lacks a right: grant it Describe, Write and, for "+
			"FEED=kafka, Read on the topic %s: %w", topic, err)
	case isAny(err, kerr.SaslAuthenticationFailed):
		return fmt.Errorf("the login is refused: check the settings KAFKA_SASL_*: %w", err)
	case isAny(err, kerr.InvalidReplicationFactor):
		return fmt.Errorf("set KAFKA_REPLICATION to at most the number of brokers: %w", err)
	}
	return fmt.Errorf("topic %s: %w", topic, err)
}

func isAny(err error, kinds ...*kerr.Error) bool {
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// isLost reports whether a reader can never read on, as what it would read is not there.
func isLost(err error) bool {
	var loss *kgo.ErrDataLoss
	return errors.As(err, &loss) || isAny(err, kerr.OffsetOutOfRange, kerr.UnknownTopicID)
}
