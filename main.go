// Command orders is an order service: commands change orders, queries read them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"

	"github.com/alecthomas/kong"
	"go.uber.org/dig"
	"go.uber.org/fx"

	"orders/ports/budget"
	"orders/service"
)

// version is set when a release is built.
var version = "dev"

// helpGroup is the title of the flags that explain the program.
const helpGroup = "Help:"

// cli is the command line. Every flag can also be set as an environment variable, or in .env.
type cli struct {
	service.Config

	Serve        serve            `cmd:"" default:"1" help:"Serve orders over HTTP (the default)."`
	Migrate      migrate          `cmd:"" help:"Migrate the databases to this version, or back."`
	Projection   projections      `cmd:"" help:"Manage the read models."`
	Subscription subscriptions    `cmd:"" help:"Manage what brokers are told."`
	Export       export           `cmd:"" help:"Write all commits to a file, as lines of JSON."`
	Import       imports          `cmd:"" help:"Record the commits of a file that export wrote."`
	Access       printAccess      `cmd:"" help:"Print who may do what with these settings: each operation, and the scope that it needs."`
	Audit        audit            `cmd:"" help:"List which commands operators ran, the last one first."`
	Healthcheck  healthcheck      `cmd:"" help:"Check the health of the service on this machine."`
	Version      kong.VersionFlag `group:"Help:" help:"Print the version, and the commit that it was built from."`
}

type (
	serve   struct{}
	migrate struct {
		operator
		Up      migrateUp      `cmd:"" help:"Migrate both databases to this version."`
		Down    migrateDown    `cmd:"" help:"Drop the indexes of both databases; no data is lost."`
		Version migrateVersion `cmd:"" help:"Print the version of each collection."`
	}
	migrateUp      struct{}
	migrateDown    struct{}
	migrateVersion struct{}
)

func (migrateVersion) readsOnly() bool { return true }

func main() {
	stderr := nonBlockingStderr()
	err := run(stderr)
	if err != nil {
		fmt.Fprintf(stderr, "orders: %s\n", service.WithoutLogins(err.Error()))
	}
	stderr.Flush(flushMax)
	if err != nil {
		os.Exit(1)
	}
}

func run(stderr io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	defer stop()
	context.AfterFunc(ctx, endAtOnce)
	c := cli{Config: service.Config{Stderr: stderr}}
	parser, err := c.parser(kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return err
	}
	line, err := parseLine(parser, os.Args[1:])
	if err != nil {
		return err
	}
	return runs(ctx, line, &c.Config)
}

func (c *cli) parser(more ...kong.Option) (*kong.Kong, error) {
	names, err := service.Vars()
	if err != nil {
		return nil, err
	}
	parser, err := kong.New(c, append(more,
		kong.Name("orders"),
		kong.Description("An order service: commands change orders, queries read them."),
		kong.Vars{"version": service.BuildOf(version)}, kong.Vars(names),
	)...)
	if err == nil {
		groupHelp(parser.Model)
		err = prepare(parser)
	}
	return parser, err
}

// parseLine parses a command line, and reads the secrets that are in files.
func parseLine(parser *kong.Kong, args []string) (*kong.Context, error) {
	line, err := parser.Parse(args)
	if err == nil && line.Command() == checkHealth {
		return withFlagsOfServer(parser, args) // It needs no secrets, which may be gone by then.
	}
	if err == nil {
		err = readSecrets(parser.Model)
	}
	return line, err
}

// groupHelp puts --help last, with --version, so that a command's own flags come first.
func groupHelp(of *kong.Application) {
	isHelp := func(f *kong.Flag) bool { return f == of.HelpFlag }
	of.HelpFlag.Group = &kong.Group{Key: helpGroup, Title: helpGroup}
	of.Flags = append(slices.DeleteFunc(of.Flags, isHelp), of.HelpFlag)
}

// How much the heap may grow over the live data before a collection, in percent. An order leaves
// little live data: with Go's 100 the collector took a sixth of the time to save some megabytes.
const (
	gcServing    = 400
	gcRebuilding = 200 // With more the peak varies from run to run.
)

// collectAt sets that percentage unless GOGC is set. GOMEMLIMIT applies in any case.
func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

func (serve) Run(ctx context.Context, c *service.Config) error {
	collectAt(gcServing)
	log := c.Logger()
	var all *budget.Budget
	running := fx.New(service.Module(*c, version, log), fx.Populate(&all))
	if err := running.Err(); err != nil {
		return dig.RootCause(err)
	}
	defer service.BoundHeap(all)()
	starting, cancel := context.WithTimeout(ctx, c.StartTimeout())
	defer cancel()
	if err := running.Start(starting); err != nil {
		if ctx.Err() != nil {
			return nil // A signal stopped it before it was up.
		}
		return dig.RootCause(err)
	}
	var ended fx.ShutdownSignal
	select {
	case ended = <-running.Wait():
	case <-ctx.Done():
	}
	if ended.ExitCode == 0 { // A signal came, of which Fx may have heard first.
		endAtOnce()
	}
	stopping, cancel := context.WithTimeout(context.Background(), service.StopTimeout+c.DrainDelay)
	defer cancel()
	if err := running.Stop(stopping); err != nil {
		return err
	}
	if ended.ExitCode != 0 {
		return errors.New("the server ended by itself")
	}
	log.Info("Stopped")
	return nil
}

func (migrateUp) Run(ctx context.Context, c *service.Config) error {
	return said("Both databases are at this version.", service.MigrateUp(ctx, *c))
}

func (migrateDown) Run(ctx context.Context, c *service.Config) error {
	return said("The indexes of both databases are dropped.", service.MigrateDown(ctx, *c))
}

// said prints what was done, unless there is an error, and returns the error.
func said(done string, err error) error {
	if err == nil {
		_, err = fmt.Fprintln(stdout, done)
	}
	return err
}

func (migrateVersion) Run(ctx context.Context, c *service.Config) error {
	return service.MigrateVersion(ctx, *c, stdout)
}
