// Package kafkatest gives every test a real Apache Kafka, on a fresh machine and with one command.
//
// It finds a broker in this order: TEST_KAFKA_BROKERS; Docker, with the image TEST_KAFKA_IMAGE
// (apache/kafka:4.1.0); a local install, by KAFKA_HOME or kafka-server-start.sh on PATH; the jars,
// which Maven fetches into the user's cache folder. A way that fails is logged and the next one
// tried. TEST_KAFKA_WAY=brokers|docker|path|maven forces one.
//
// If no way is left, as there is no Java, the test is skipped; with TEST_BROKERS=required it fails.
// What this package starts ends with the test binary, however that ends (test/guard).
package kafkatest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/kafkatest/server"
)

var shared struct {
	sync.Once
	brokers []string
	err     error
}

// Brokers returns the addresses of the Kafka that the tests of this binary share. They share its
// topics, too, so each makes some of its own.
func Brokers(tb testing.TB) []string {
	tb.Helper()
	guard.SkipIfShort(tb)
	shared.Do(func() {
		if shared.brokers, shared.err = external(tb); shared.brokers != nil || shared.err != nil {
			return
		}
		var node guard.Node
		if node, shared.err = launch(tb, order{}); shared.err == nil {
			shared.brokers = []string{node.Address()}
		}
	})
	missing(tb, shared.err)
	return shared.brokers
}

// missing skips or fails a test that has no broker.
func missing(tb testing.TB, err error) {
	tb.Helper()
	switch {
	case err == nil:
	case os.Getenv("TEST_BROKERS") == "required" || forced() != "":
		tb.Fatalf("no Kafka for this test: %v", err)
	default:
		tb.Skipf("no Kafka for this test: %v", err)
	}
}

// external returns the brokers of TEST_KAFKA_BROKERS if they answer; none when the next ways are to
// be tried.
func external(tb testing.TB) ([]string, error) {
	tb.Helper()
	all := os.Getenv("TEST_KAFKA_BROKERS")
	if force := forced(); force != "" && force != "brokers" || force == "" && all == "" {
		return nil, nil
	}
	brokers := strings.Split(all, ",")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := server.AwaitReady(ctx, brokers...)
	if err == nil {
		return brokers, nil
	}
	err = fmt.Errorf("TEST_KAFKA_BROKERS cannot be used: %w", err)
	if forced() == "brokers" {
		return nil, err
	}
	tb.Logf("trying the next way, as %v", err)
	return nil, nil
}

// forced is the only way to try, or empty.
func forced() string { return os.Getenv("TEST_KAFKA_WAY") }

// launch starts a Kafka in the first way that works and returns when it can be used.
func launch(tb testing.TB, o order) (guard.Node, error) {
	tb.Helper()
	force := forced()
	if force == "brokers" { // It is not for servers of a test's own.
		force = ""
	}
	node, err := guard.Launch(tb, ways, force, func(build maker) (guard.Node, error) {
		return start(build, o)
	})
	if err != nil {
		return nil, fmt.Errorf("set TEST_KAFKA_BROKERS, or start Docker, or set KAFKA_HOME, or "+
			"install Java and Maven; tried:\n%w", err)
	}
	return node, nil
}

// start makes and starts a Kafka. It tries twice, as another process may take a free port.
func start(build maker, o order) (node guard.Node, err error) {
	for range 2 {
		if node, err = build(o); err != nil {
			continue
		}
		if err = run(node); err == nil {
			return node, nil
		}
		err = errors.Join(err, node.Remove())
	}
	return nil, err
}
