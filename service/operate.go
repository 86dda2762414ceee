package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"orders/app/projection"
	"orders/ports"
)

// ErrFlawed means that a verification found wrong views that were not repaired.
var ErrFlawed = errors.New("some views are not what their events add up to")

// named returns the projections with these names; all without a name.
func named(all projection.All, names []string) (projection.All, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen projection.All
	for _, name := range names {
		i := slices.IndexFunc(all, func(p projection.Projection) bool { return p.Name() == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no projection %q; there are %s", name,
				strings.Join(all.Names(), " and "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// Rebuild fills a new generation of a read model and switches to it.
func Rebuild(
	ctx context.Context, c Config, name string, o projection.Options, out io.Writer,
) error {
	return c.operate(ctx, []string{name}, func(ctx context.Context, p projection.Projection) error {
		m := newMeter(out, p.Name())
		return brokenOff(ctx, m.finish(p.Rebuild(ctx, o, m.show)))
	})
}

// Rollback switches a read model to its previous generation.
func Rollback(
	ctx context.Context, c Config, name string, o projection.Options, out io.Writer,
) error {
	return c.operate(ctx, []string{name}, func(ctx context.Context, p projection.Projection) error {
		m := newMeter(out, p.Name())
		return brokenOff(ctx, m.finish(p.Rollback(ctx, o, m.show)))
	})
}

// brokenOff explains the state of the read model if the operator stopped a rebuild or a rollback.
func brokenOff(ctx context.Context, err error) error {
	switch {
	case err == nil || ctx.Err() == nil:
		return err
	case errors.Is(err, projection.ErrUndecided):
		return errors.New("broken off while it switched; " +
			"`orders projection status` says which generation is live")
	}
	return errors.New("broken off; the live generation is untouched")
}

// Verify compares read models with the events and writes the differences. With repair it replaces
// the wrong views. It returns ErrFlawed if any wrong view is left.
func Verify(ctx context.Context, c Config, names []string, repair bool, out io.Writer) error {
	left := 0
	err := c.operate(ctx, names, func(ctx context.Context, p projection.Projection) error {
		examine := p.Verify
		if repair {
			examine = p.Repair
		}
		sum, err := examine(ctx, func(f projection.Finding) {
			_, _ = io.WriteString(out, spell(p.Name(), f))
		})
		left += sum.Findings - sum.Repaired
		if err == nil {
			_, err = fmt.Fprintf(out, "%s: %d orders, %d wrong, %d repaired\n",
				p.Name(), sum.Orders, sum.Findings, sum.Repaired)
		}
		return err
	})
	if err == nil && left > 0 {
		err = ErrFlawed
	}
	return err
}

// spell formats a finding, with each difference on a line of its own.
func spell(view string, f projection.Finding) string {
	var text strings.Builder
	id := string(f.ID)
	if !f.ID.Valid() {
		id = strconv.Quote(id) // It may hold anything.
	}
	fmt.Fprintf(&text, "%s %s %s", view, id, f.Flaw)
	if f.Seen > 0 && (f.Flaw == projection.Stale || f.Flaw == projection.Surplus) {
		fmt.Fprintf(&text, ": it is at version %d of %d", f.Seen, f.Version)
	}
	if f.Reason != "" {
		fmt.Fprintf(&text, ": %s", f.Reason)
	}
	if f.Repaired {
		text.WriteString(" (repaired)")
	}
	text.WriteByte('\n')
	for _, d := range f.Differences {
		fmt.Fprintf(&text, "    %s is %s, should be %s\n", d.Field, d.Is, d.ShouldBe)
	}
	return text.String()
}

// Status writes the lag of each read model, and the parked orders.
func Status(ctx context.Context, c Config, out io.Writer) error {
	return c.operate(ctx, nil, func(ctx context.Context, p projection.Projection) error {
		s, err := p.Status(ctx)
		if err == nil {
			_, err = io.WriteString(out, spellStatus(s))
		}
		return err
	})
}

func spellStatus(s ports.ProjectionStatus) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: generation %d", s.Name, s.Generations.Live)
	if n := s.Generations.Open; n > 0 {
		fmt.Fprintf(&text, ", %d is fed beside it", n)
	}
	if n := s.Generations.Previous; n > 0 {
		fmt.Fprintf(&text, ", %d is kept", n)
	}
	if s.Lag.CaughtUp() {
		text.WriteString("; caught up")
	} else {
		more := ""
		if s.Lag.More {
			more = "more than "
		}
		fmt.Fprintf(&text, "; %s%d commits behind, %s", more, s.Lag.Commits,
			s.Lag.Time.Round(time.Millisecond))
	}
	fmt.Fprintf(&text, "; %d parked\n    position %s\n", len(s.Parked), s.Generations.Position)
	for _, p := range s.Parked {
		fmt.Fprintf(&text, "    %s version %d, since %s, %d tries: %s\n",
			p.ID, p.Version, p.Since.Format(time.RFC3339), p.Tries, p.Reason)
	}
	return text.String()
}

// Retry tries parked orders again.
func Retry(ctx context.Context, c Config, names []string, out io.Writer) error {
	return c.operate(ctx, names, func(ctx context.Context, p projection.Projection) error {
		done, err := p.Retry(ctx)
		if err == nil {
			_, err = fmt.Fprintf(out, "%s: %d orders are shown again, %d stay parked\n",
				p.Name(), done.Released, done.Parked)
		}
		return err
	})
}
