package memory_test

import (
	"context"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
	"orders/test/contract"
)

func TestTopicLaws(t *testing.T) {
	contract.Topics(t, func(*testing.T) contract.Topic {
		topic := &memory.Topic{Refuse: func(c ports.Commit) error {
			if c.OrderID == "refused" {
				return ports.ErrRefused
			}
			return nil
		}}
		return contract.Topic{
			Publisher: topic, TopicReader: topic,
			Delete:  func(context.Context) error { topic.Delete(); return nil },
			Drop:    func(context.Context) error { topic.Drop(len(topic.Told())); return nil },
			Refused: ports.Commit{OrderID: "refused", Version: 1},
		}
	})
}
