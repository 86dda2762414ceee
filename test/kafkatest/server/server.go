// Package server finds, fetches and runs Apache Kafka, for tests (kafkatest) and people
// (test/kafka).
package server

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/test/process"
)

// NewProcess returns a Kafka that is not yet started, with the jars in a folder. It owns the folder
// dir.
func NewProcess(jars, dir string, s Settings) (*process.Process, error) {
	if _, err := exec.LookPath("java"); err != nil {
		return nil, err
	}
	s.Host, s.Data = process.Host, filepath.Join(dir, "data")
	return &process.Process{
		Binary: "sh", Args: []string{"-c", Script, "kafka", dir, jars},
		Dir: dir, Port: s.Port, Env: s.Env(), Tail: Tail,
	}, nil
}

// AwaitReady waits until brokers that ask for no login can be used.
func AwaitReady(ctx context.Context, addresses ...string) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(addresses...))
	if err != nil {
		return err
	}
	defer client.Close()
	return process.Poll(ctx, func() error {
		brokers, err := kadm.NewClient(client).BrokerMetadata(ctx)
		if err == nil && (len(brokers.Brokers) == 0 || brokers.Controller < 0) {
			err = errors.New("no broker is registered")
		}
		return err
	})
}

// Tail returns the last errors in a log of Kafka.
func Tail(log string) string {
	const linesMax, lineMax = 5, 500
	var errors []string
	for line := range strings.Lines(log) {
		level := strings.Contains(line, " ERROR ") || strings.Contains(line, " FATAL ")
		if line = strings.TrimSpace(line); level || !strings.HasPrefix(line, "[") && line != "" {
			errors = append(errors, line[:min(len(line), lineMax)])
		}
	}
	if len(errors) == 0 {
		return "no error in its log"
	}
	return strings.Join(errors[max(0, len(errors)-linesMax):], "\n")
}
