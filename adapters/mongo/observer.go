package mongo

import (
	"go.mongodb.org/mongo-driver/event"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/startup"
)

// An Observer sees what happens in the databases. It is zero, or has all but perhaps Commands.
type Observer struct {
	Commands *event.CommandMonitor // Is told of each command.

	Write journal.Observer // Each write of the group commit.
	// Queue and Database are told once what they may ask.
	Queue    func(limit int, waiting func() int)
	Database func(startup.Side, *client.Database)
}

func (o Observer) database(side startup.Side, d *client.Database) {
	if o.Database != nil {
		o.Database(side, d)
	}
}
