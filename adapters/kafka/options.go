package kafka

import "github.com/twmb/franz-go/pkg/kgo"

// Options lead a client to the brokers.
func Options(brokers []string) []kgo.Opt { return []kgo.Opt{kgo.SeedBrokers(brokers...)} }
