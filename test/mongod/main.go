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
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"orders/test/mongotest/server"
)

const (
	database = "cqrs_demo"

	startTimeout = time.Minute
	stopTimeout  = time.Minute
	lookEvery    = 200 * time.Millisecond
)

func main() {
	port := flag.Int("port", 27017, "port on 127.0.0.1")
	data := flag.String("data", filepath.Join(".data", "mongod"), "folder that keeps the data")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "unexpected argument %q\n", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*port, *data); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(port int, data string) error {
	if err := server.Listenable(port); err != nil {
		return fmt.Errorf("port %d is taken: stop what listens there or choose another one with "+
			"--port (%w)", port, err)
	}
	process, err := mongod(port, data)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := process.Start(); err != nil {
		return fmt.Errorf("start mongod: %w", err)
	}
	if err := serve(ctx, process); err != nil {
		return end(process, fmt.Errorf("%w: %s", err, process.Log()))
	}
	return end(process, nil)
}

func mongod(port int, data string) (*server.Process, error) {
	binary, err := server.Find()
	if err != nil {
		return nil, fmt.Errorf("no mongod on PATH and none to be fetched: %w", err)
	}
	dir, err := filepath.Abs(data)
	if err != nil {
		return nil, err
	}
	args := append(server.Args(), server.ReplicaSetArgs()...)
	return server.NewProcess(binary, port, dir, args...)
}

// serve makes the server a replica set, says so and returns when it is to be ended. It fails when
// the server ends by itself.
func serve(ctx context.Context, process *server.Process) error {
	err := prepare(ctx, process)
	if err != nil && ctx.Err() == nil { // Else Ctrl-C came before it was ready.
		return fmt.Errorf("start mongod: %w", err)
	}
	if err == nil {
		fmt.Printf("export MONGODB_URI='mongodb://%s/%s?replicaSet=%s'\n",
			process.Address(), database, server.SetName)
	}
	orphaned := startedByGoRun()
	for ctx.Err() == nil && !orphaned() {
		if process.Exited(lookEvery) {
			return errors.New("mongod ended by itself")
		}
	}
	return nil
}

func prepare(ctx context.Context, process *server.Process) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := server.AwaitListening(ctx, process.Address(), process.Exited); err != nil {
		return err
	}
	return server.Initiate(ctx, process.Address())
}

// startedByGoRun returns a function that says whether go run, which started us, is gone: killed,
// it does not pass the signal on, and would leave a server that nobody knows of.
func startedByGoRun() (orphaned func() bool) {
	parent := os.Getppid()
	name, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(parent), "comm"))
	byGo := strings.TrimSpace(string(name)) == "go"
	return func() bool { return byGo && os.Getppid() != parent }
}

// end stops mongod in good order, so that it starts quickly the next time.
func end(process *server.Process, err error) error {
	_ = process.Signal(syscall.SIGTERM) // It may have ended already.
	if !process.Exited(stopTimeout) {
		return fmt.Errorf("mongod does not end, kill it: it writes to %s", process.Dir)
	}
	return err
}
