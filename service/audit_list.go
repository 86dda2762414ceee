package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/go-json-experiment/json"

	"orders/ports"
)

// An act is the JSON of a ports.Act.
type act struct {
	Began      time.Time `json:"began"`
	Actor      string    `json:"actor"`
	Command    string    `json:"command"`
	Args       []string  `json:"args"`
	Version    string    `json:"version"`
	Outcome    string    `json:"outcome"`
	Error      string    `json:"error,omitzero"`
	Ended      time.Time `json:"ended,omitzero"`
	DurationMs int64     `json:"durationMs,omitzero"`
}

// The outcomes of an act. One without an end still runs, or was killed.
const (
	succeeded = "succeeded"
	failed    = "failed"
	unended   = "unended"
)

// Audit writes what operators did since a time, the last act first, and at most limit of them.
func Audit(ctx context.Context, c Config, since time.Time, limit int, out Output) (err error) {
	if c, err = c.resolved(); err != nil {
		return err
	}
	if !c.keepsAudit() {
		return errors.New("nothing is kept in MongoDB, so there is no audit; set MONGODB_URI")
	}
	from, err := c.auditStore().audit(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close(context.WithoutCancel(ctx))) }()
	acts, err := from.Latest(ctx, since, limit)
	if err != nil {
		return withRole("operator", err)
	}
	if !out.JSON {
		return tabulate(out, acts)
	}
	lines := newEncoder(out)
	for _, a := range acts {
		if err := json.MarshalEncode(lines, shown(a)); err != nil {
			return err
		}
	}
	return nil
}

// shown is a recorded act as it may be printed: somebody may have put anything into the store.
func shown(a ports.Act) act {
	s := act{
		Began: a.Began, Actor: plainText(a.Actor, textMax), Command: plainText(a.Command, textMax),
		Args: []string{}, Version: plainText(a.Version, textMax), Outcome: unended,
	}
	for _, arg := range a.Args {
		s.Args = append(s.Args, plainText(arg, textMax))
	}
	if how := a.Outcome; how != nil {
		s.Outcome, s.Ended, s.DurationMs = succeeded, how.At, how.Took.Milliseconds()
		if how.Error != "" {
			s.Outcome, s.Error = failed, plainText(how.Error, textMax)
		}
	}
	return s
}

// tabulate writes acts in columns.
func tabulate(out io.Writer, acts []ports.Act) error {
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintln(columns, "BEGAN\tACTOR\tVERSION\tCOMMAND\tOUTCOME")
	for _, a := range acts {
		s := shown(a)
		version, _, _ := strings.Cut(s.Version, " ")
		command := strings.Join(append([]string{s.Command}, s.Args...), " ")
		_, wrote := fmt.Fprintf(columns, "%s\t%s\t%s\t%s\t%s\n",
			s.Began.Format(time.RFC3339), s.Actor, version, command, s.spellOutcome())
		err = errors.Join(err, wrote)
	}
	return errors.Join(err, columns.Flush())
}

func (a act) spellOutcome() string {
	if a.Outcome == unended {
		return "no end is recorded: it runs, or was killed"
	}
	text := fmt.Sprintf("%s in %v", a.Outcome, time.Duration(a.DurationMs)*time.Millisecond)
	if a.Error != "" {
		text += ": " + a.Error
	}
	return text
}
