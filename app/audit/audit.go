// Package audit carries out what an operator does only after it is recorded who does it.
package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"orders/ports"
)

// endTimeout is how long the record of an end may take, also after the operator broke the act off.
const endTimeout = 5 * time.Second

// ErrUnrecorded means that nothing was done, as it could not be recorded.
var ErrUnrecorded = errors.New("nothing was done, as it cannot be recorded who does it")

// A Recorder records what an operator does.
type Recorder struct {
	To  ports.Audit
	Now func() time.Time
	// Spell returns the text of an error as it may be kept, without secrets.
	Spell func(error) string
}

// Do records that the act begins, does it, and records how it ended. It returns the error of do. If
// the beginning cannot be recorded it returns ErrUnrecorded and does nothing.
func (r Recorder) Do(
	ctx context.Context, act ports.Act, do func(context.Context) error,
) error {
	act.ID, act.Began = rand.Text(), r.now()
	if err := r.To.Begin(ctx, act); err != nil {
		return fmt.Errorf("%w: %w", ErrUnrecorded, err)
	}
	clock := time.Now()
	failure := do(ctx)
	how := ports.Outcome{At: r.now(), Took: time.Since(clock).Round(time.Millisecond)}
	if failure != nil {
		how.Error = r.Spell(failure)
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	return errors.Join(failure, r.end(ending, act, how))
}

// end says that the act itself is over, as it may have succeeded.
func (r Recorder) end(ctx context.Context, act ports.Act, how ports.Outcome) error {
	err := r.To.End(ctx, act, how)
	if err == nil {
		return nil
	}
	result := "failed"
	if how.Error == "" {
		result = "succeeded"
	}
	return fmt.Errorf("%s %s, but that is not recorded: %w", act.Command, result, err)
}

// now is of whole milliseconds, as stores keep it.
func (r Recorder) now() time.Time { return r.Now().UTC().Truncate(time.Millisecond) }
