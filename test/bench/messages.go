package main

import (
	"errors"
	"slices"
	"time"
)

const partBrokers = "brokers"

// messages has the options of the part brokers.
type messages struct {
	Brokers  []string `enum:"none,kafka,rabbitmq" default:"kafka,rabbitmq" help:"Brokers that are told of orders, in the part brokers; or none."`
	FullLoad float64  `default:"60" help:"Seconds for which a relay has to keep up with the service at full load."`
}

func (m messages) check() error {
	if m.FullLoad <= 0 {
		return errors.New("full load takes some time")
	}
	return nil
}

func (m messages) fullLoad() time.Duration {
	return time.Duration(m.FullLoad * float64(time.Second))
}

// brokersWanted are the brokers to be started.
func (p plan) brokersWanted() []string {
	if !p.wants(partBrokers) || slices.Contains(p.Brokers, "none") {
		return nil
	}
	return p.Brokers
}

func (p plan) brokerSteps() int {
	return len(p.brokersWanted()) * (2 + p.Rounds*2*len(tellers))
}
