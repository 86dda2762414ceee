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
	do := func(ctx context.Context, to commits, check func(context.Context) error) error {
		i := to.importOf(file, o, m)
		i.Check = check
		return record(ctx, i, file, m)
	}
	if file.Has.Keys > 0 {
		return c.withCommitsAlone(ctx, do)
	}
	return c.withCommits(ctx, importing, func(ctx context.Context, to commits) error {
		return do(ctx, to, nil)
	})
}

// importOf is an import of a file into these commits.
func (to commits) importOf(file *backupfile.File, o backup.Options, m *copyMeter) backup.Import {
	return backup.Import{
		Into: to.Store, Archive: to.Archive, Keys: to.Keys,
		From: file.Lines, Options: o, Report: m.show, Log: to.config.Logger(),
	}
}

// record records what a store lacks of a file, and lists what differs.
func record(
	ctx context.Context, i backup.Import, file *backupfile.File, m *copyMeter,
) error {
	done, err := i.Run(ctx)
	if differs := (*backup.DiffersError)(nil); errors.As(err, &differs) {
		for _, d := range differs.First {
			_, _ = fmt.Fprintln(m.out, d)
		}
	}
	return m.finish(goesOn(ctx, err), "%s; %d of the commits were not there before",
		spellContents(file.Has), done.Recorded)
}

// imported records the commits of IMPORT before the application serves.
func (c Config) imported(life fx.Lifecycle, to commits, log *slog.Logger) {
	to.config = c
	life.Append(fx.StartHook(func(ctx context.Context) error {
		file, err := backupfile.Open(c.Import)
		if err == nil {
			defer file.Close()
			err = file.Check(ctx, func(int) {})
		}
		if err == nil {
			m := newCopyMeter(io.Discard, "import")
			err = record(ctx, to.importOf(file, backup.Options{}, m), file, m)
		}
		if err != nil {
			return fmt.Errorf("IMPORT: %w", err)
		}
		log.Info("A file was imported into memory",
			"file", c.Import, "orders", file.Has.Orders, "commits", file.Has.Commits)
		return nil
	}))
}
