package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"

	"orders/adapters/backupfile"
	"orders/app/backup"
	"orders/domain/order"
	"orders/ports"
)

// ExportOptions say where commits are exported to, and how.
type ExportOptions struct {
	File    string // Standard output if empty or -.
	Version string // The program's.
	backup.Options
}

// Export writes all commits to a file, and its progress to out; without a file it writes the
// commits to out.
func Export(ctx context.Context, c Config, o ExportOptions, out io.Writer) error {
	return c.withCommits(ctx, exporting, func(ctx context.Context, from commits) error {
		if o.File == "" || o.File == "-" {
			var progress io.Writer = os.Stderr
			if c.Stderr != nil {
				progress = c.Stderr
			}
			return from.exportTo(ctx, out, o, newCopyMeter(progress, "export"))
		}
		return from.exportFile(ctx, o, newCopyMeter(out, "export"))
	})
}

// commits are those of the write store.
type commits struct {
	fx.In   `ignore-unexported:"true"`
	Store   ports.EventStore
	Keys    ports.ImportedKeys
	Feed    ports.EventFeed
	Archive ports.Archive
	History ports.History

	config Config
}

// withCommits calls do with the commits, without serving, and without the read models.
func (c Config) withCommits(
	ctx context.Context, p purpose, do func(context.Context, commits) error, more ...fx.Option,
) (err error) {
	if c, err = c.resolved(); err != nil {
		return err
	}
	kept := c.WriteStore.store()
	if !kept.lasts {
		return errors.New("only commits in MongoDB can be exported and imported: those in memory " +
			"belong to the process that serves them; set MONGODB_URI")
	}
	var all commits
	log := c.Logger()
	app := fx.New(
		fx.WithLogger(func() fxevent.Logger { return c.wiring(log) }),
		fx.StartTimeout(StartTimeout), fx.StopTimeout(StopTimeout), fx.Supply(log),
		kept.write.module, kept.configured(c, p),
		fx.Options(more...), fx.Invoke(func(of commits) { all = of }),
	)
	return whileRunning(ctx, app, func() error {
		all.config = c
		return withRole(p.tasks(c).Role, do(ctx, all))
	})
}

// exportTo writes a whole export.
func (from commits) exportTo(
	ctx context.Context, out io.Writer, o ExportOptions, m *copyMeter,
) error {
	header, err := from.header(ctx, o.Version)
	if err != nil {
		return err
	}
	w, err := backupfile.NewWriter(out, header)
	if err == nil {
		err = from.export(ctx, w, header, o, m)
	}
	if err == nil {
		err = w.End()
	}
	return m.finish(err, "%s", spellContents(w.Has))
}

// exportFile writes a file, or goes on with one that was broken off.
func (from commits) exportFile(ctx context.Context, o ExportOptions, m *copyMeter) (err error) {
	to, err := backupfile.OpenPartial(o.File, m.checking)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if to.IsNew() {
		header, err := from.header(ctx, o.Version)
		if err == nil {
			err = to.Begin(header)
		}
		if err != nil {
			return err
		}
	} else if err := from.wantSame(ctx, to.Has.Last); err != nil {
		return fmt.Errorf("go on with %s%s: %w", o.File, backupfile.PartialSuffix, err)
	}
	if err = from.export(ctx, to.Writer, to.Header, o, m); err == nil {
		err = to.Finish()
	}
	return m.finish(goesOn(ctx, err), "%s is whole: %s", o.File, spellContents(to.Has))
}

// goesOn tells whoever breaks a command off how it goes on.
func goesOn(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("broken off; the same command goes on from there: %w", err)
	}
	return err
}

func (from commits) header(ctx context.Context, version string) (backupfile.Header, error) {
	now, err := from.Feed.Now(ctx)
	return backupfile.NewHeader(time.Now(), BuildOf(version), now), err
}

func (from commits) export(
	ctx context.Context, to *backupfile.Writer, h backupfile.Header, o ExportOptions, m *copyMeter,
) error {
	return backup.Export{
		Source: backup.Source{Feed: from.Feed, Archive: from.Archive, History: from.History},
		To:     to, Has: to.Has, From: ports.Position(h.From), Options: o.Options,
		Report: m.show, Log: from.config.Logger(),
	}.Run(ctx)
}

// wantSame refuses to go on with the file of another database: it wants the last commit of the file
// to be there.
func (from commits) wantSame(ctx context.Context, last ports.Commit) error {
	if last.OrderID == "" {
		return nil
	}
	isThere := false
	err := from.History.Read(ctx, last.OrderID, last.Version-1, func(c ports.Commit) error {
		isThere = isThere || c.Version == last.Version && c.ID == last.ID
		return nil
	})
	return cmp.Or(err, missing(isThere, last.OrderID, last.Version))
}

func missing(isThere bool, id order.ID, version int) error {
	if isThere {
		return nil
	}
	return fmt.Errorf("it is of another database: here is no version %d of order %s as it has it",
		version, id)
}

func spellContents(has *backup.Contents) string {
	text := fmt.Sprintf("%d commits of %d orders", has.Commits, has.Orders)
	if has.Keys > 0 {
		text += fmt.Sprintf("; %d of these keep a key of the Node.js original", has.Keys)
	}
	if has.Unreadable > 0 {
		text += fmt.Sprintf("; %d orders lack what is unreadable", has.Unreadable)
	}
	return text
}
