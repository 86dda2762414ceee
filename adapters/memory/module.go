package memory

import (
	"go.uber.org/fx"

	"orders/ports"
)

// WriteModule keeps events in memory, and the subscriptions to them.
var WriteModule = fx.Module("memory-write", fx.Provide(
	fx.Annotate(NewSubscriptions, fx.As(new(ports.Subscriptions))),
	fx.Annotate(NewPresence, fx.As(new(ports.Presence))),
	fx.Annotate(NewImportedKeys, fx.As(new(ports.ImportedKeys))),
	fx.Annotate(NewEventStore,
		fx.As(new(ports.EventStore)), fx.As(new(ports.History)), fx.As(new(ports.EventFeed)),
		fx.As(new(ports.Archive)), fx.As(new(ports.Timeline))),
))

// ReadModule keeps the read model in memory.
var ReadModule = fx.Module("memory-read", fx.Provide(
	fx.Annotate(NewViews, fx.As(fx.Self()),
		fx.As(new(ports.Orders)), fx.As(new(ports.DurableOrders)), fx.As(new(ports.ViewFeed))),
	(*Views).ReadModel,
))
