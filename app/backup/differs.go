package backup

import (
	"fmt"

	"orders/domain/order"
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

func (m *importing) note(d Difference) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.differs.Count++; m.differs.Count <= listedMax {
		m.differs.First = append(m.differs.First, d)
	}
}
