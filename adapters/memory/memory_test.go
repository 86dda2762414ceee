package memory_test

import (
	"context"
	"testing"
	"testing/synctest"

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

func TestTimeline(t *testing.T) {
	contract.Timeline(t, func(*testing.T) contract.Moments {
		return contract.Moments{
			Timed: memory.NewEventStore(), Write: func(context.Context) error { return nil },
		}
	})
}

func TestArchive(t *testing.T) {
	contract.Archive(t, func(*testing.T) contract.Archived { return memory.NewEventStore() })
}

func TestViewFeed(t *testing.T) {
	contract.ViewFeed(t, func(*testing.T) contract.Shown {
		v := memory.NewViews()
		return contract.Shown{OrderModel: handle(v), Feed: v, Durable: v}
	}, synctest.Test)
}

func TestSubscriptions(t *testing.T) {
	contract.Subscriptions(t, func(*testing.T) contract.SubscriptionStores {
		s := memory.NewSubscriptions()
		return contract.SubscriptionStores{s, s}
	}, synctest.Test)
}

func TestReadModel(t *testing.T) {
	contract.ReadModelOfOrders(t, func(*testing.T) contract.OrderModel {
		return handle(memory.NewViews())
	}, synctest.Test)
}

// handle is what one of several processes has of views that they share.
func handle(v *memory.Views) contract.OrderModel {
	return contract.OrderModel{
		ReadModel: v.ReadModel(), Readers: v,
		Again: func() contract.OrderModel { return handle(v) },
	}
}

func TestAudit(t *testing.T) {
	contract.Audit(t, func(*testing.T) contract.Audits {
		a := &memory.Audit{}
		return contract.Audits{a, a}
	})
}

func TestPresence(t *testing.T) {
	contract.Presence(t, func(*testing.T) [2]ports.Presence {
		p := memory.NewPresence()
		return [2]ports.Presence{p, p}
	})
}

func TestImportedKeys(t *testing.T) {
	contract.ImportedKeys(t, func(*testing.T) [2]ports.ImportedKeys {
		k := memory.NewImportedKeys()
		return [2]ports.ImportedKeys{k, k}
	})
}
