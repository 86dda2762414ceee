package readmodel

import "orders/ports"

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
