package memory_test

import (
	"testing"

	"orders/adapters/memory"
	"orders/ports"
	"orders/test/contract"
)

func TestEventStore(t *testing.T) {
	contract.EventStore(t, func(*testing.T) ports.EventStore { return memory.NewEventStore() })
}

func TestEventFeed(t *testing.T) {
	contract.EventFeed(t, func(*testing.T) contract.Log { return memory.NewEventStore() })
}

func TestOrderViews(t *testing.T) {
	contract.OrderViews(t, func(*testing.T) contract.ReadModel { return memory.NewViews() })
}

func TestCheckpoints(t *testing.T) {
	contract.Checkpoints(t, func(*testing.T) ports.Checkpoints { return memory.NewViews() })
}
