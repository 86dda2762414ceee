package metrics

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	connections = desc("orders_mongodb_connections",
		"Connections of this process to MongoDB, by side and by whether they are in use or idle.",
		"side", "state")
	connectionsLimit = desc("orders_mongodb_connections_limit",
		"Connections that this process may have to each server of that side: maxPoolSize.", "side")
	checkouts = desc("orders_mongodb_checkout_failures_total",
		"Times that no connection to MongoDB could be had.", "side")
	disk = desc("orders_mongodb_disk_bytes",
		"Size of the file system that MongoDB keeps its data on, if the user may run dbStats.",
		"side")
	diskUsed = desc("orders_mongodb_disk_used_bytes", "How much of it is used.", "side")
)

// A Database is one of the two sides' as this process uses it.
type Database struct {
	Side string
	Pool func() Pool
	// Disk asks how large the server's disk is; known is false if the user may not.
	Disk func(context.Context) (size, used int64, known bool, err error)
}

// A Pool is the connections of a client.
type Pool struct {
	InUse, Idle int64
	Limit       uint64 // To each server; 0 for none.
	Failures    int64  // How often none could be had.
}

// Database has a database read and asked.
func (m *Metrics) Database(d Database) {
	m.pools.add(d)
	m.asks("disk/"+d.Side, d.askDisk)
}

func (d Database) askDisk(ctx context.Context) ([]prometheus.Metric, error) {
	size, used, known, err := d.Disk(ctx)
	if err != nil || !known {
		return nil, err
	}
	return []prometheus.Metric{
		now(disk, float64(size), d.Side), now(diskUsed, float64(used), d.Side),
	}, nil
}

// pools collects the connections of the databases.
type pools struct {
	mu  sync.Mutex
	all []Database
}

func (p *pools) add(d Database) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, d)
}

// Describe implements prometheus.Collector.
func (p *pools) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{connections, connectionsLimit, checkouts} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (p *pools) Collect(to chan<- prometheus.Metric) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.all {
		is := d.Pool()
		to <- now(connections, float64(is.InUse), d.Side, "in-use")
		to <- now(connections, float64(is.Idle), d.Side, "idle")
		if is.Limit > 0 {
			to <- now(connectionsLimit, float64(is.Limit), d.Side)
		}
		to <- prometheus.MustNewConstMetric(checkouts, prometheus.CounterValue,
			float64(is.Failures), d.Side)
	}
}
