package readmodel

import (
	"orders/adapters/mongo/subscription"
	"orders/ports"
)

// ParkedName is the collection of the parked orders of all read models.
const ParkedName = "projection_parked"

// Model is all that keeping the views takes.
func (v *Views[V]) Model() ports.ReadModel[V] {
	c := NewCheckpoint(v.model)
	return ports.ReadModel[V]{
		Views:       v,
		Provisional: newProvisional(v, c),
		Checkpoint:  c,
		Generations: NewGenerations(v.model, v.form),
		Parked:      NewParked(v.model),
		Lease:       v.model.Lease(),
	}
}

// NewParked returns the parked orders of m.
func NewParked(m *Model) *subscription.Parked {
	return subscription.NewParked(m.db.Collection(ParkedName), m.set.Collection)
}
