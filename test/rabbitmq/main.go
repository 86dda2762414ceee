// Command rabbitmq starts the RabbitMQ of the tests for a person without Docker: one node, of a
// local install or of Debian's packages, which apt fetches.
//
//	go run ./test/rabbitmq
//
// prints the AMQP_URL to use once it takes messages, runs until Ctrl-C or SIGTERM, and keeps its
// data in a folder for the next time. It is managed at port 15672, or 10000 above --port, by the
// user guest with the password guest.
package main

import (
	"context"

	"orders/test/process"
	"orders/test/rabbittest/server"
)

func main() {
	process.Command{
		Name: "rabbitmq", Port: 5672, New: rabbitmq, Prepare: prepare,
		Export: func(p *process.Process) string {
			return "AMQP_URL=" + server.URL(p.Address())
		},
	}.Main()
}

func rabbitmq(port int, dir string) (*process.Process, error) {
	install, err := server.Find()
	if err != nil {
		return nil, err
	}
	return server.NewProcess(install, server.PortsFrom(port), dir), nil
}

func prepare(ctx context.Context, p *process.Process) error {
	if err := process.AwaitListening(ctx, p.Address(), p.Exited); err != nil {
		return err
	}
	return server.Managed(server.PortsFrom(p.Port)).AwaitReady(ctx, server.URL(p.Address()))
}
