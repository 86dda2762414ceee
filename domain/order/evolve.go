package order

// Evolve returns the order after e. It never refuses, because e already happened, and never
// changes what o shares with others.
func (o Order) Evolve(e Event) Order {
	switch e := e.(type) {
	case Created:
		o.Status, o.UserID, o.Lines = StatusCreated, e.UserID, e.Lines
	case Confirmed:
		o.Status = StatusConfirmed
	case Cancelled:
		o.Status, o.Cancellation = StatusCancelled, Cancellation(e)
	}
	return o
}
