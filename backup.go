package main

import (
	"context"
	"errors"

	"orders/app/backup"
	"orders/service"
)

type (
	// An export writes all commits to a file.
	export struct {
		operator
		Out  string `placeholder:"FILE" help:"File to write; standard output by default. An export that was broken off goes on where it ended."`
		Rate int    `help:"Maximum number of commits per second; 0 for no limit."`

		SkipUnreadable bool `help:"Leave out what this program cannot read, and go on; the file names it."`
	}
	// An imports records the commits of a file.
	imports struct {
		operator
		File string `arg:"" optional:"" help:"File that export wrote, also one that gzip compressed (.gz)."`
		Rate int    `help:"Maximum number of commits per second, or of orders; 0 for no limit."`

		FromOriginal string `env:"FROM_ORIGINAL" placeholder:"URI" help:"MongoDB of the Node.js original, whose orders are taken over instead of a file; --currency is theirs."`
		DryRun       bool   `help:"Only list which of these orders would be refused."`
	}
)

var errRate = errors.New("--rate must be 0 or more")

func (export) readsOnly() bool { return true }

func (e export) Run(ctx context.Context, c *service.Config) error {
	if e.Rate < 0 {
		return errRate
	}
	collectAt(gcRebuilding)
	defer service.BoundHeap(nil)()
	o := service.ExportOptions{
		File: e.Out, Version: version,
		Options: backup.Options{Rate: e.Rate, SkipUnreadable: e.SkipUnreadable},
	}
	return service.Export(ctx, *c, o, stdout)
}

func (i imports) Run(ctx context.Context, c *service.Config) error {
	if i.Rate < 0 {
		return errRate
	}
	switch {
	case (i.File == "") == (i.FromOriginal == ""):
		return errors.New("name a file that export wrote, or the MongoDB of the Node.js original " +
			"by --from-original")
	case i.File != "" && i.DryRun:
		return errors.New("--dry-run goes with --from-original")
	}
	collectAt(gcRebuilding)
	defer service.BoundHeap(nil)()
	if i.FromOriginal != "" {
		return service.TakeOver(ctx, *c, service.TakeOverOptions{
			URI: i.FromOriginal, DryRun: i.DryRun, Rate: i.Rate,
		}, stdout)
	}
	return service.Import(ctx, *c, i.File, backup.Options{Rate: i.Rate}, stdout)
}
