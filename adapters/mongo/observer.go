package mongo

import "orders/adapters/mongo/journal"

// An Observer sees what happens in the databases. It may be zero.
type Observer struct {
	Write journal.Observer                    // Each write of the group commit.
	Queue func(limit int, waiting func() int) // Is told once how long the queue may be, and is.
}
