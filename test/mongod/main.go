// Command mongod starts the database of the tests for a person without Docker: a replica set of
// one, with a mongod that is found on PATH or fetched.
//
//	go run ./test/mongod
//
// prints the MONGODB_URI to use once the server takes writes, runs until Ctrl-C or SIGTERM, and
// keeps its data in a folder for the next time.
package main

import (
	"context"
	"fmt"

	"orders/test/mongotest/server"
	"orders/test/process"
)

const database = "cqrs_demo"

func main() {
	process.Command{
		Name: "mongod", Port: 27017, New: mongod, Prepare: prepare, Export: uri,
	}.Main()
}

func mongod(port int, dir string) (*process.Process, error) {
	binary, err := server.Find()
	if err != nil {
		return nil, fmt.Errorf("no mongod on PATH and none to be fetched: %w", err)
	}
	args := append(server.Args(), server.ReplicaSetArgs()...)
	return server.NewProcess(binary, port, dir, args...), nil
}

func prepare(ctx context.Context, p *process.Process) error {
	if err := process.AwaitListening(ctx, p.Address(), p.Exited); err != nil {
		return err
	}
	return server.Initiate(ctx, p.Address())
}

func uri(p *process.Process) string {
	return fmt.Sprintf("MONGODB_URI='mongodb://%s/%s?replicaSet=%s'",
		p.Address(), database, server.SetName)
}
