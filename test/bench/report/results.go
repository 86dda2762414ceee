// Package report makes sense of what was measured, and writes it down.
package report

import (
	"fmt"
	"slices"
)

// Results are all that a benchmark measured.
type Results struct {
	Machine  Machine   `json:"machine"`
	Setup    Setup     `json:"setup"`
	Writes   []Write   `json:"writes,omitempty"`
	Reads    []Read    `json:"reads,omitempty"`
	Rebuilds []Rebuild `json:"rebuilds,omitempty"`
	Starts   []Start   `json:"starts,omitempty"`
	Scale
	Messages
	Notes []string `json:"notes,omitempty"` // Whole sentences: what could not be measured.
}

// Machine is where it was measured.
type Machine struct {
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	Memory  string `json:"memory"`
	Kernel  string `json:"kernel"`
	Go      string `json:"go"`
	MongoDB string `json:"mongodb"`
	Commit  string `json:"commit"`           // Of the service.
	Before  string `json:"before,omitempty"` // Of OursBefore.
	Date    string `json:"date"`
}

// Setup is how it was measured.
type Setup struct {
	Seconds     float64 `json:"seconds"` // Of each measurement.
	Rounds      int     `json:"rounds"`
	Connections []int   `json:"connections"`
	Orders      []int   `json:"orders"`
}

// Open is the Connections of the open loop.
const Open = 0

// A Write is how a contender wrote under one load, in each round.
type Write struct {
	Contender   string    `json:"contender"`
	Connections int       `json:"connections"` // Or Open.
	Rounds      []Figures `json:"rounds"`
}

// Figures are what is measured of a load. A figure that is 0 does not apply.
type Figures struct {
	Rate     float64 `json:"perSecond"`
	P50      float64 `json:"p50ms"`
	P99      float64 `json:"p99ms"`
	P999     float64 `json:"p999ms"`
	LagP50   float64 `json:"lagP50ms"`
	LagP99   float64 `json:"lagP99ms"`
	CPU      float64 `json:"cpuSecondsPer1000"`
	MongoCPU float64 `json:"mongodCPUSecondsPer1000"`
	AllCPU   float64 `json:"allCPUSecondsPer1000"` // The sum of both, and of the broker.
	Memory   float64 `json:"peakMemoryMiB"`
	Disk     float64 `json:"diskBytesPerOrder"`

	Told      float64 `json:"toldPerSecond,omitempty"` // To a consumer, until the last one.
	BrokerCPU float64 `json:"brokerCPUSecondsPer1000,omitempty"`
}

// A Read is how a contender read from a store of so many orders, in each round.
type Read struct {
	Contender string    `json:"contender"`
	Question  string    `json:"question"` // OrderByID or ListOfUser.
	Orders    int       `json:"orders"`
	Rounds    []Figures `json:"rounds"`
}

// The questions of a Read.
const (
	OrderByID  = "order by id"
	ListOfUser = "list of 50"
)

// A Rebuild is how the read model was made again from so many orders.
type Rebuild struct {
	Orders  int       `json:"orders"`
	Keys    bool      `json:"keys"`          // They came with keys, so that their IDs are random.
	Seconds []float64 `json:"seconds"`       // In each round.
	Memory  float64   `json:"peakMemoryMiB"` // Of all rounds.
}

// Rate is the orders folded per second, in the round in the middle.
func (r Rebuild) Rate() float64 { return ratio(float64(r.Orders), Median(r.Seconds)) }

// of tells what was rebuilt.
func (r Rebuild) of() string {
	if r.Keys {
		return fmt.Sprintf("%d orders with keys", r.Orders)
	}
	return fmt.Sprintf("%d orders", r.Orders)
}

// A Start is how long it took from the start of the process to its first answer, in each round.
type Start struct {
	On     string    `json:"on"` // OnMemory or OnMongoDB.
	Rounds []float64 `json:"seconds"`
}

// What a Start is on.
const (
	OnMemory  = "memory"
	OnMongoDB = "a migrated MongoDB"
)

// The contenders.
const (
	Ours         = "ours"
	OursBefore   = "ours before"
	OursBlind    = "ours unobserved"
	OursTraced   = "ours, 1 % traced"
	OursAsync    = "ours, respond-async"
	OursOnMemory = "ours on memory"
	OneInsert    = "one insert"
	TwoInserts   = "two inserts"
	Transaction  = "transaction"
	Batched      = "batched insert (limit)"
	BatchedAll   = "batched all three (limit)"
	BatchedView  = "batched all three, readable (limit)"
	Bare         = "bare Fiber (limit)"
	FindOne      = "find one"
	List50       = "list 50"

	OursPublishes = "ours, PUBLISH"
	OursFollows   = "ours, PUBLISH and FEED"
	InsertPublish = "insert, then publish"
)

// Median is the middle of values, or the mean of the two in the middle; 0 of none.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// Medians takes the median of each figure.
func Medians(rounds []Figures) (m Figures) {
	for _, c := range slices.Concat(columns, brokerColumns) {
		var values []float64
		for _, f := range rounds {
			values = append(values, *c.of(&f))
		}
		*c.of(&m) = Median(values)
	}
	return m
}

// ratio is a to b; 0 if there is no such thing.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// write returns the rounds of a contender under a load; none if it was not measured.
func (r Results) write(contender string, connections int) []Figures {
	for _, w := range r.Writes {
		if w.Contender == contender && w.Connections == connections {
			return w.Rounds
		}
	}
	return nil
}

func (r Results) read(contender, question string, orders int) []Figures {
	for _, read := range r.Reads {
		if read.Contender == contender && read.Question == question && read.Orders == orders {
			return read.Rounds
		}
	}
	return nil
}
