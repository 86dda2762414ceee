package contract

import (
	"context"
	"errors"
	"testing"

	"orders/ports"
)

func TestCheckpointLawsCatch(t *testing.T) {
	type position = ports.Position
	at := func(load position, advance error) func() ports.Checkpoint {
		return func() ports.Checkpoint { return &brokenCheckpoints{load, advance} }
	}
	catches(t, checkpointLaws, map[string]func() ports.Checkpoint{
		"the first position is the empty one":                    at("somewhere", nil),
		"the position is where it was advanced to":               at("", nil),
		"who advances from elsewhere moves nothing":              at("", nil),
		"of 16 who advance from the same position, one succeeds": at("", errors.New("no")),
	})
}

// brokenCheckpoints never move and always answer the same.
type brokenCheckpoints struct {
	at      ports.Position
	advance error
}

func (b *brokenCheckpoints) Load(context.Context) (ports.Position, error) { return b.at, nil }

func (b *brokenCheckpoints) Advance(context.Context, ports.Position, ports.Position) error {
	return b.advance
}
