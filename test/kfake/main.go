// Command kfake runs a Kafka in memory, on an address that others reach, until a signal.
//
//	go run ./test/kfake 10.77.0.1:9092
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kfake:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: kfake HOST:PORT")
	}
	ctx, end := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer end()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.ListenFn(
		func(network, _ string) (net.Listener, error) {
			return new(net.ListenConfig).Listen(ctx, network, args[0])
		},
	))
	if err != nil {
		return err
	}
	defer cluster.Close()
	<-ctx.Done()
	return nil
}
