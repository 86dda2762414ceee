package backup

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"orders/domain/order"
	"orders/ports"
)

// listedMax is how many differences are listed.
const listedMax = 100

// A Difference is a commit of a backup that a store has otherwise.
type Difference struct {
	Line    int
	OrderID order.ID
	Version int
	Why     string
}

// String names the line, the order and the version.
func (d Difference) String() string {
	return fmt.Sprintf("line %d: version %d of order %s %s", d.Line, d.Version, d.OrderID, d.Why)
}

// A DiffersError says that a store has orders that are not those of a backup.
type DiffersError struct {
	Count int          // How many differences there are; a long order may have several.
	First []Difference // At most a hundred.
}

// Error implements error.
func (e *DiffersError) Error() string {
	return fmt.Sprintf("what is there already differs in %d places from the file, such as %s",
		e.Count, e.First[0])
}

// errSeen ends the comparison of an order.
var errSeen = errors.New("seen")

// A found is what a store has of a stretch.
type found struct {
	commits   int  // How many of its commits are there, from the first one on.
	isAfter   bool // The commit before the first one is there, or there is none before.
	isAnother bool // It differs.
}

// compare finds what the store has of a stretch, and notes where that differs first.
func (m *importing) compare(ctx context.Context, s *stretch) (f found, err error) {
	first := s.commits[0].Version
	f.isAfter = first == 1
	note := func(n int, why string) error {
		f.isAnother = true
		m.note(Difference{s.lines[n], s.id, first + n, why})
		return errSeen
	}
	err = m.Into.Read(ctx, s.id, max(first-2, 0), func(c ports.Commit) error {
		n := c.Version - first
		switch {
		case n < 0:
			f.isAfter = true
		case n >= len(s.commits):
			return errSeen // The store has more, which is no difference.
		default:
			if fields := differing(s.commits[n], c); len(fields) > 0 {
				return note(n, "differs in "+strings.Join(fields, ", "))
			}
			f.commits = n + 1
		}
		return nil
	})
	switch {
	case errors.Is(err, errSeen):
		return f, nil
	case errors.Is(err, ports.ErrUnreadable):
		_ = note(min(f.commits, len(s.commits)-1), "cannot be read there")
		return f, nil
	case err != nil:
		err = fmt.Errorf("read order %s: %w", s.id, err)
	}
	return f, err
}

func (m *importing) note(d Difference) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.differs.Count++; m.differs.Count <= listedMax {
		m.differs.First = append(m.differs.First, d)
	}
}

// differing names the fields in which two commits differ.
func differing(is, there ports.Commit) (names []string) {
	is.At, there.At = is.At.UTC(), there.At.UTC()
	a, b := reflect.ValueOf(is), reflect.ValueOf(there)
	for i := range a.NumField() {
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			names = append(names, a.Type().Field(i).Name)
		}
	}
	return names
}
