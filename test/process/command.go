package process

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
)

const (
	startTimeout = 2 * time.Minute
	stopTimeout  = 2 * time.Minute
	lookEvery    = 200 * time.Millisecond
)

// Command is a program that runs a server for a person until Ctrl-C or SIGTERM, and keeps its data
// in a folder for the next time.
type Command struct {
	Name string
	Port int // By default.
	// New returns the server, which is not started yet.
	New func(port int, dir string) (*Process, error)
	// Prepare returns once the started server can be used.
	Prepare func(context.Context, *Process) error
	// Export is what a shell sets to use the server.
	Export func(*Process) string
}

// Main parses the arguments, runs the server, and ends with 0 if it was told to end.
func (c Command) Main() {
	port := flag.Int("port", c.Port, "port on "+Host)
	data := flag.String("data", filepath.Join(".data", c.Name), "folder that keeps the data")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "unexpected argument %q\n", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	if err := c.run(*port, *data); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (c Command) run(port int, data string) error {
	if err := Listenable(port); err != nil {
		return fmt.Errorf("port %d is taken: stop what listens there or choose another one with "+
			"--port (%w)", port, err)
	}
	dir, err := filepath.Abs(data)
	if err != nil {
		return err
	}
	p, err := c.New(port, dir)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := p.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.Name, err)
	}
	if err := c.serve(ctx, p); err != nil {
		return c.end(p, fmt.Errorf("%w: %s", err, p.Log()))
	}
	return c.end(p, nil)
}

// serve prepares the server, says so and returns when it is to be ended. It fails when the server
// ends by itself.
func (c Command) serve(ctx context.Context, p *Process) error {
	starting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	err := c.Prepare(starting, p)
	if err != nil && ctx.Err() == nil { // Else Ctrl-C came before it was ready.
		return fmt.Errorf("start %s: %w", c.Name, err)
	}
	if err == nil {
		fmt.Printf("export %s\n", c.Export(p))
	}
	orphaned := startedByGoRun()
	for ctx.Err() == nil && !orphaned() {
		if p.Exited(lookEvery) {
			return errors.New(c.Name + " ended by itself")
		}
	}
	return nil
}

// startedByGoRun returns a function that says whether go run, which started us, is gone: killed,
// it does not pass the signal on, and would leave a server that nobody knows of.
func startedByGoRun() (orphaned func() bool) {
	parent := os.Getppid()
	name, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(parent), "comm"))
	byGo := strings.TrimSpace(string(name)) == "go"
	return func() bool { return byGo && os.Getppid() != parent }
}

// end stops the server in good order, so that it starts quickly the next time.
func (c Command) end(p *Process, err error) error {
	_ = p.Signal(syscall.SIGTERM) // It may have ended already.
	if !p.Exited(stopTimeout) {
		return fmt.Errorf("%s does not end, kill it: it writes to %s", c.Name, p.Dir)
	}
	return err
}
