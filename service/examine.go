package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"orders/adapters/http/service"
	"orders/app/projection"
	"orders/app/subscribe"
	"orders/ports"
)

var (
	// ErrFlawed means that a verification found wrong views that were not repaired.
	ErrFlawed = errors.New("some views are not what their events add up to")
	// ErrParked means that orders are still parked after a retry.
	ErrParked = errors.New("some orders stay parked")
)

// An Output is where the result of an operator's command goes: as text, or as one line of JSON for
// each read model.
type Output struct {
	io.Writer
	JSON bool
}

// write writes value as JSON, or text.
func (o Output) write(value any, text string) error {
	if o.JSON {
		return json.MarshalEncode(newEncoder(o), value)
	}
	_, err := io.WriteString(o, text)
	return err
}

// Status writes the lag of each read model, and the parked orders.
func Status(ctx context.Context, c Config, out Output) error {
	return c.operate(ctx, operating, nil, func(ctx context.Context, p projection.Projection) error {
		s, err := p.Status(ctx)
		if err == nil {
			err = out.write(service.Show(s), spellStatus(s))
		}
		return err
	})
}

func spellStatus(s ports.ProjectionStatus) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: generation %d is live", s.Name, s.Generations.Live)
	if n := s.Generations.Open; n > 0 {
		fmt.Fprintf(&text, ", %d is filled beside it", n)
	}
	if n := s.Generations.Previous; n > 0 {
		fmt.Fprintf(&text, ", %d can be rolled back to", n)
	}
	fmt.Fprintf(&text, "; %s; %d parked\n    position %s\n", spellLag(s.Lag), len(s.Parked),
		s.Generations.Position)
	return text.String() + spellParked(s.Parked)
}

func spellLag(l ports.Lag) string {
	more := ""
	switch {
	case l.CaughtUp():
		return "caught up"
	case l.More:
		more = "more than "
	}
	return fmt.Sprintf("%s%s behind, by %s", more, counted(l.Commits, "commit"),
		l.Time.Round(time.Millisecond))
}

// counted spells a number of things.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

func spellParked(orders []ports.ParkedOrder) string {
	var text strings.Builder
	for _, p := range orders {
		fmt.Fprintf(&text, "    %s version %d, since %s, tried %s: %s\n", p.ID, p.Version,
			p.Since.Format(time.RFC3339), counted(p.Tries, "time"), p.Reason)
	}
	return text.String()
}

// Verify compares read models with the events and writes the differences. With repair it replaces
// the wrong views. It returns ErrFlawed if any wrong view is left.
func Verify(ctx context.Context, c Config, names []string, repair bool, out Output) error {
	left, why := 0, operating
	if repair {
		why = repairing
	}
	err := c.operate(ctx, why, names, func(ctx context.Context, p projection.Projection) error {
		examine := p.Verify
		if repair {
			examine = p.Repair
		}
		r := newVerifyReport(out, p.Name())
		sum, err := examine(ctx, r.add)
		left += sum.Findings - sum.Repaired
		if err == nil {
			err = r.end(sum)
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

// Retry tries parked orders again, and writes which stay parked. It returns ErrParked if any do.
func Retry(ctx context.Context, c Config, names []string, out Output) error {
	left := 0
	retry := func(ctx context.Context, p projection.Projection) error {
		done, err := p.Retry(ctx)
		if err != nil {
			return err
		}
		var parked []ports.ParkedOrder
		if left += done.Parked; done.Parked > 0 {
			s, err := p.Status(ctx)
			if err != nil {
				return err
			}
			parked = s.Parked
		}
		return out.writeRetried(p.Name(), "shown again", done, parked)
	}
	err := c.operate(ctx, retrying, names, retry)
	if err == nil && left > 0 {
		err = ErrParked
	}
	return err
}

// writeRetried writes how a retry went, and the first of the orders that stay parked.
func (o Output) writeRetried(
	name, how string, done subscribe.Retried, parked []ports.ParkedOrder,
) error {
	text := fmt.Sprintf("%s: %s: %d, still parked: %d\n", name, how, done.Released, done.Parked) +
		spellParked(parked)
	if more := done.Parked - len(parked); more > 0 {
		text += fmt.Sprintf("    and %d more\n", more)
	}
	return o.write(retried{
		name, done.Released, done.Parked, service.ShowParked(parked),
	}, text)
}
