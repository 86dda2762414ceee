package main

import (
	"context"
	"errors"

	"orders/app/projection"
	"orders/service"
)

type projections struct {
	Status   projectionStatus   `cmd:"" help:"Tell how far each read model is, and what is parked."`
	Rebuild  projectionRebuild  `cmd:"" help:"Make a read model anew beside the live one, then switch to it."`
	Rollback projectionRollback `cmd:"" help:"Switch back to the generation before the last rebuild."`
	Verify   projectionVerify   `cmd:"" help:"Compare every view with its events; exit code 1 if any differs."`
	Retry    projectionRetry    `cmd:"" help:"Try again to show the parked orders."`
}

type (
	projectionStatus  struct{}
	projectionRebuild struct {
		Name    string `arg:"" help:"Of the read model: ${read_models}."`
		Rate    int    `help:"Orders per second, at most; 0 for no limit."`
		Workers int    `default:"4" help:"Batches that are worked on at once."`

		DropUnreadable bool `help:"Switch even if orders that are shown now cannot be made anew."`
	}
	projectionRollback struct {
		Name string `arg:"" help:"Of the read model: ${read_models}."`
	}
	projectionVerify struct {
		Names  []string `arg:"" optional:"" help:"Of the read models; all without a name."`
		Repair bool     `help:"Put the right views in place."`
	}
	projectionRetry struct {
		Names []string `arg:"" optional:"" help:"Of the read models; all without a name."`
	}
)

func (projectionStatus) Run(ctx context.Context, c *service.Config) error {
	return service.Status(ctx, *c, stdout)
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
	return service.Verify(ctx, *c, v.Names, v.Repair, stdout)
}

func (r projectionRetry) Run(ctx context.Context, c *service.Config) error {
	return service.Retry(ctx, *c, r.Names, stdout)
}
