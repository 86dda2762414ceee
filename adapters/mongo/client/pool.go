package client

import (
	"context"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/event"
)

// poolMax is how many connections the driver opens to each server, unless the URI says otherwise.
const poolMax = 100

// A pool counts the connections to all servers, but for those that only watch them.
type pool struct{ open, inUse, failures atomic.Int64 }

// monitor tells the pool what the driver does.
func (p *pool) monitor() *event.PoolMonitor {
	return &event.PoolMonitor{Event: func(e *event.PoolEvent) {
		switch e.Type {
		case event.ConnectionCreated:
			p.open.Add(1)
		case event.ConnectionClosed:
			p.open.Add(-1)
		case event.GetSucceeded:
			p.inUse.Add(1)
		case event.ConnectionReturned:
			p.inUse.Add(-1)
		case event.GetFailed:
			p.failures.Add(1)
		}
	}}
}

// A PoolState is how a client's connections are used.
type PoolState struct {
	InUse, Idle int64
	Limit       uint64 // Of connections to each server; 0 for none.
	Failures    int64  // How often no connection could be had.
}

// Pool is how the connections of d are used.
func (d *Database) Pool() PoolState {
	inUse := d.pool.inUse.Load()
	s := PoolState{
		InUse: inUse, Idle: max(0, d.pool.open.Load()-inUse), Failures: d.pool.failures.Load(),
		Limit: poolMax,
	}
	if most := d.options.MaxPoolSize; most != nil {
		s.Limit = *most
	}
	return s
}

// Disk asks how large the file system is that the server keeps the database on, and how much of it
// is used. It is not known if the user may not ask, or if the server does not say.
func (d *Database) Disk(ctx context.Context) (size, used int64, known bool, err error) {
	var stats struct {
		Size float64 `bson:"fsTotalSize"`
		Used float64 `bson:"fsUsedSize"`
	}
	err = d.Handle.RunCommand(ctx, bson.D{{Key: "dbStats", Value: 1}}).Decode(&stats)
	switch {
	case IsDenied(err):
		return 0, 0, false, nil
	case err != nil:
		return 0, 0, false, Translate(ctx, err)
	}
	return int64(stats.Size), int64(stats.Used), stats.Size > 0, nil
}
