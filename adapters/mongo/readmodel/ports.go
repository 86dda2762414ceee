package readmodel

import "orders/ports"

// Model is all that keeping the views takes. They are saved through saver, which may tell more than
// v does of what it saves.
func (v *Views[V]) Model(saver ports.Views[V]) ports.ReadModel[V] {
	return ports.ReadModel[V]{
		Views:       saver,
		Checkpoint:  NewCheckpoint(v.model),
		Generations: NewGenerations(v.model, v.form),
		Parked:      NewParked(v.model),
		Lease:       v.model.Lease(),
	}
}
