// Command kafka starts the Kafka of the tests for a person without Docker: one node, of a local
// install or of jars that Maven fetches. It needs Java.
//
//	go run ./test/kafka
//
// prints the KAFKA_BROKERS to use once it takes messages, runs until Ctrl-C or SIGTERM, and keeps
// its data in a folder for the next time.
package main

import (
	"context"

	"orders/test/kafkatest/server"
	"orders/test/process"
)

func main() {
	process.Command{
		Name: "kafka", Port: 9092, New: kafka, Prepare: prepare,
		Export: func(p *process.Process) string { return "KAFKA_BROKERS=" + p.Address() },
	}.Main()
}

func kafka(port int, dir string) (*process.Process, error) {
	jars, err := server.Find()
	if err != nil {
		return nil, err
	}
	return server.NewProcess(jars, dir, server.Settings{Port: port})
}

func prepare(ctx context.Context, p *process.Process) error {
	if err := process.AwaitListening(ctx, p.Address(), p.Exited); err != nil {
		return err
	}
	return server.AwaitReady(ctx, p.Address())
}
