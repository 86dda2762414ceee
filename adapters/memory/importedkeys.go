package memory

import (
	"context"
	"fmt"
	"sync"

	"orders/ports"
)

var _ ports.ImportedKeys = (*ImportedKeys)(nil)

// ImportedKeys is a ports.ImportedKeys in memory.
type ImportedKeys struct {
	mu sync.Mutex
	of map[string]ports.ImportedKey
}

// NewImportedKeys returns ImportedKeys without any.
func NewImportedKeys() *ImportedKeys {
	return &ImportedKeys{of: map[string]ports.ImportedKey{}}
}

// Any implements ports.ImportedKeys.
func (i *ImportedKeys) Any(ctx context.Context) (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.of) > 0, ctx.Err()
}

// Find implements ports.ImportedKeys.
func (i *ImportedKeys) Find(ctx context.Context, key string) (ports.ImportedKey, error) {
	if err := ctx.Err(); err != nil {
		return ports.ImportedKey{}, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	k, known := i.of[key]
	if !known {
		return ports.ImportedKey{}, ports.ErrNotFound
	}
	return k, nil
}

// Add implements ports.ImportedKeys.
func (i *ImportedKeys) Add(ctx context.Context, k ports.ImportedKey) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if there, known := i.of[k.Key]; known && there != k {
		return fmt.Errorf("the key of order %s is one of order %s: %w", k.OrderID, there.OrderID,
			ports.ErrConflict)
	}
	i.of[k.Key] = k
	return nil
}
