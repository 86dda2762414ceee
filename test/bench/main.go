// Command bench measures the service against programs that one would write by hand (peers):
//
//	go run ./test/bench
//
// It starts a mongod, the service and the peers as processes of their own, one contender at a
// time, asks them over HTTP, and prints a table in Markdown. See --help for parts and output.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"orders/test/bench/peers"
	"orders/test/bench/report"
)

// cli is the command line.
type cli struct {
	Measure  plan        `cmd:"" default:"withargs" help:"Measure (the default)."`
	Page     page        `cmd:"" help:"Make one page of the results of several runs."`
	Capacity capacity    `cmd:"" help:"Print what orders take on disk and in memory."`
	Peer     peerCommand `cmd:"" hidden:"" help:"Serve as one of the peers."`
}

// The parts of the benchmark.
const (
	partWrite   = "write"
	partRead    = "read"
	partRebuild = "rebuild"
	partStart   = "start"
)

// A plan has the options of a run.
type plan struct {
	Seconds     float64  `default:"5" help:"How long each measurement takes."`
	Rounds      int      `default:"5" help:"How often everything is measured, in turns."`
	Connections []int    `default:"1,4,16,64,256" help:"Connections of the closed loops."`
	Orders      []int    `default:"10000,100000,1000000" help:"Orders in the store when reading and rebuilding."`
	Only        []string `enum:"write,read,rebuild,start,growth,watchers,endurance,processes,brokers" placeholder:"PART" help:"Measure only these: write, read, rebuild, start, growth, watchers, endurance, processes, brokers."`
	Before      string   `placeholder:"REV" help:"Also measure writes of the service as this commit has it, built from git and kept in the user's cache: 'ours before'."`
	Unobserved  bool     `help:"Also measure writes of the service built without metrics, 'ours unobserved', and scrape those of 'ours' every 5 s meanwhile."`
	Traced      bool     `help:"Also measure writes of the service that sends traces of one order in a hundred, 'ours, 1 % traced'."`
	Contenders  []string `sep:";" placeholder:"NAME" help:"Measure writes of these only, such as 'ours;two inserts'."`
	MongoDBURI  string   `name:"mongodb-uri" placeholder:"URI" help:"Use this replica set, in databases that are dropped, instead of starting a mongod."`
	JSON        string   `name:"json" type:"path" placeholder:"FILE" help:"Also write the results as JSON."`
	Write       string   `type:"path" placeholder:"FILE" help:"Also put the results into this document, such as docs/performance.md."`
	scale
	messages
}

// wants reports whether a part was asked for.
func (p plan) wants(part string) bool {
	return len(p.Only) == 0 || slices.Contains(p.Only, part)
}

func (p plan) long() time.Duration {
	return time.Duration(p.Seconds * float64(time.Second))
}

// Validate is called by kong.
func (p plan) Validate() error {
	switch {
	case p.Seconds <= 0 || p.Rounds < 1:
		return errors.New("there must be at least one round, of more than no time")
	case p.Write != "" && len(p.Only)+len(p.Contenders) > 0:
		return errors.New("--write needs a whole run; bench page joins those of single parts")
	case len(p.Connections) == 0 || slices.Min(p.Connections) < 1:
		return errors.New("there must be at least one connection")
	case len(p.Orders) == 0 || slices.Min(p.Orders) < perUser:
		return fmt.Errorf("there must be at least %d orders to read", perUser)
	}
	for _, name := range p.Contenders {
		if !slices.ContainsFunc(p.known(), func(c contender) bool { return c.name == name }) {
			return fmt.Errorf("no contender is %q (%s needs --before, %s --unobserved, "+
				"%s --traced)", name, report.OursBefore, report.OursBlind, report.OursTraced)
		}
	}
	return errors.Join(p.scale.check(), p.messages.check())
}

type peerCommand struct {
	Kind       peers.Kind `arg:""`
	Port       int        `required:""`
	MongoDBURI string     `name:"mongodb-uri"`
	Broker     string
	Topic      string
}

func (p peerCommand) Run(ctx context.Context) error {
	at := peers.Place{MongoDB: p.MongoDBURI, Broker: p.Broker, Topic: p.Topic}
	return peers.Serve(ctx, p.Kind, at, p.Port)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser, err := parserOf(ctx, &cli{})
	if err != nil {
		return err
	}
	line, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return line.Run()
}

func parserOf(ctx context.Context, c *cli) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("bench"),
		kong.Description("Measures the order service against hand-written peers."),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
}

// Run measures what was asked for. It ends with ctx, or when go run, which started us, is killed:
// that does not pass the signal on.
func (p plan) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go endWithGoRun(ctx, cancel)
	return p.measure(ctx)
}

func endWithGoRun(ctx context.Context, cancel context.CancelFunc) {
	parent := os.Getppid()
	name, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(parent), "comm"))
	if strings.TrimSpace(string(name)) != "go" {
		return
	}
	for ctx.Err() == nil {
		if os.Getppid() != parent {
			cancel()
		}
		time.Sleep(200 * time.Millisecond)
	}
}
