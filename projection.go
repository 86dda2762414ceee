package main

import (
	"context"
	"errors"

	"orders/app/projection"
	"orders/service"
)

type projections struct {
	operator
	Status   projectionStatus   `cmd:"" help:"Print the lag of each read model, and the parked orders."`
	Rebuild  projectionRebuild  `cmd:"" help:"Rebuild a read model beside the live one, then switch to it."`
	Rollback projectionRollback `cmd:"" help:"Switch back to the generation before the last rebuild."`
	Verify   projectionVerify   `cmd:"" help:"Compare every view with its events; exit code 1 if any differs."`
	Retry    projectionRetry    `cmd:"" help:"Try the parked orders again; exit code 1 if any stays parked."`
}

// A printAccess prints app/access's table.
type printAccess struct{ results }

type (
	// Results are what a command prints.
	results struct {
		JSON bool `name:"json" help:"Print JSON, one line for each of what is listed."`
	}
	projectionStatus  struct{ results }
	projectionRebuild struct {
		Name    string `arg:"" help:"The read model: ${read_models}."`
		Rate    int    `help:"Maximum number of orders per second; 0 for no limit."`
		Workers int    `default:"4" help:"Number of batches to process at once."`

		DropUnreadable bool `help:"Switch even if orders that are shown now cannot be rebuilt."`
	}
	projectionRollback struct {
		Name string `arg:"" help:"The read model: ${read_models}."`
	}
	projectionVerify struct {
		Names  []string `arg:"" optional:"" help:"The read models; all by default."`
		Repair bool     `help:"Replace wrong views."`
		results
	}
	projectionRetry struct {
		Names []string `arg:"" optional:"" help:"The read models; all by default."`
		results
	}
)

func (projectionStatus) readsOnly() bool   { return true }
func (v projectionVerify) readsOnly() bool { return !v.Repair }

func (r results) output() service.Output { return service.Output{Writer: stdout, JSON: r.JSON} }

func (a printAccess) Run(c *service.Config) error { return service.Access(*c, a.output()) }

func (s projectionStatus) Run(ctx context.Context, c *service.Config) error {
	return service.Status(ctx, *c, s.output())
}

func (r projectionRebuild) Run(ctx context.Context, c *service.Config) error {
	if r.Rate < 0 || r.Workers < 1 {
		return errors.New("--rate must be 0 or more, and --workers 1 or more")
	}
	collectAt(gcRebuilding)
	defer service.BoundHeap(nil)()
	o := projection.Options{
		Rate: r.Rate, Workers: r.Workers, DropUnreadable: r.DropUnreadable,
	}
	return service.Rebuild(ctx, *c, r.Name, o, stdout)
}

func (r projectionRollback) Run(ctx context.Context, c *service.Config) error {
	return service.Rollback(ctx, *c, r.Name, projection.Options{}, stdout)
}

func (v projectionVerify) Run(ctx context.Context, c *service.Config) error {
	defer service.BoundHeap(nil)()
	return service.Verify(ctx, *c, v.Names, v.Repair, v.output())
}

func (r projectionRetry) Run(ctx context.Context, c *service.Config) error {
	return service.Retry(ctx, *c, r.Names, r.output())
}
