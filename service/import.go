package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"go.uber.org/fx"

	"orders/adapters/backupfile"
	"orders/app/backup"
	"orders/ports"
)

// Import records the commits of a file that Export wrote, and writes its progress to out.
func Import(ctx context.Context, c Config, path string, o backup.Options, out io.Writer) error {
	file, err := backupfile.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	m := newCopyMeter(out, "import")
	if err := file.Check(ctx, m.checking); err != nil {
		return err
	}
	for _, u := range file.Lacks {
		_, _ = fmt.Fprintf(out, "import: the file lacks order %s from version %d on: %s\n",
			u.OrderID, u.Version, u.Reason)
	}
	m.size = file.Has.Commits
	return c.withCommits(ctx, importing, func(ctx context.Context, to commits) error {
		return record(ctx, to.Store, to.Archive, file, o, m, c.Logger())
	})
}

// record records what a store lacks of a file, and lists what differs.
func record(
	ctx context.Context, to ports.EventStore, a ports.Archive, file *backupfile.File,
	o backup.Options, m *copyMeter, log *slog.Logger,
) error {
	done, err := backup.Import{
		Into: to, Archive: a, From: file.Lines, Options: o, Report: m.show, Log: log,
	}.Run(ctx)
	if differs := (*backup.DiffersError)(nil); errors.As(err, &differs) {
		for _, d := range differs.First {
			_, _ = fmt.Fprintln(m.out, d)
		}
	}
	return m.finish(err, "%s; %d of the commits were not there before",
		spellContents(file.Has), done.Recorded)
}

// imported records the commits of IMPORT before the application serves.
func (c Config) imported(
	life fx.Lifecycle, to ports.EventStore, a ports.Archive, log *slog.Logger,
) {
	life.Append(fx.StartHook(func(ctx context.Context) error {
		file, err := backupfile.Open(c.Import)
		if err == nil {
			defer file.Close()
			err = file.Check(ctx, func(int) {})
		}
		if err == nil {
			m := newCopyMeter(io.Discard, "import")
			err = record(ctx, to, a, file, backup.Options{}, m, log)
		}
		if err != nil {
			return fmt.Errorf("IMPORT: %w", err)
		}
		log.Info("A file was imported into memory",
			"file", c.Import, "orders", file.Has.Orders, "commits", file.Has.Commits)
		return nil
	}))
}
