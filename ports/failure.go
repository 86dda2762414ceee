package ports

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// Failures keep why the work of a subscription does not go on, for all processes to see.
type Failures interface {
	// Record keeps a failure. If one is kept already, its Since stays. Of a long Reason the
	// beginning is kept, as Bounded returns it.
	Record(ctx context.Context, f Failure) error
	// Clear forgets the failure, if there is one: the work goes on.
	Clear(ctx context.Context) error
	// Last returns the failure that was recorded last, or the zero one.
	Last(ctx context.Context) (Failure, error)
}

// A Failure is why the work of a subscription does not go on. The zero one is that of work that
// does.
type Failure struct {
	Reason string
	Since  time.Time // When the work first failed; in milliseconds.
}

// ReasonMax is how many bytes of a Reason are kept, at most.
const ReasonMax = 1000

// Bounded returns f with a Reason that is valid UTF-8 of at most ReasonMax bytes.
func (f Failure) Bounded() Failure {
	f.Reason = strings.ToValidUTF8(f.Reason, "\uFFFD")
	if len(f.Reason) > ReasonMax {
		end := ReasonMax
		for !utf8.RuneStart(f.Reason[end]) {
			end--
		}
		f.Reason = f.Reason[:end]
	}
	return f
}
