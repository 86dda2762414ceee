package contract

import (
	"context"
	"strings"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
)

// brokenKeys is a good one except for the functions that are set.
type brokenKeys struct {
	*memory.ImportedKeys
	any  func(context.Context) (bool, error)
	find func(context.Context, string) (ports.ImportedKey, error)
	add  func(context.Context, ports.ImportedKey) error
}

func (b brokenKeys) Any(ctx context.Context) (bool, error) { return b.any(ctx) }
func (b brokenKeys) Find(ctx context.Context, key string) (ports.ImportedKey, error) {
	return b.find(ctx, key)
}
func (b brokenKeys) Add(ctx context.Context, k ports.ImportedKey) error { return b.add(ctx, k) }

func keeping(breakIt func(b *brokenKeys)) func() importedKeys {
	return func() importedKeys {
		good := memory.NewImportedKeys()
		b := brokenKeys{good, good.Any, good.Find, good.Add}
		breakIt(&b)
		return importedKeys{b, b}
	}
}

func TestImportedKeyLawsCatch(t *testing.T) {
	catches(t, importedKeyLaws, map[string]func() importedKeys{
		"there are Any once one was added": keeping(func(b *brokenKeys) {
			b.any = func(context.Context) (bool, error) { return false, nil }
		}),
		"what was added is found, and nothing else": keeping(func(b *brokenKeys) {
			b.find = func(ctx context.Context, key string) (ports.ImportedKey, error) {
				k, err := b.ImportedKeys.Find(ctx, key)
				k.UserID = ""
				return k, err
			}
		}),
		"keys that differ in case are different": keeping(func(b *brokenKeys) {
			b.add = func(ctx context.Context, k ports.ImportedKey) error {
				k.Key = strings.ToLower(k.Key)
				return b.ImportedKeys.Add(ctx, k)
			}
		}),
		"a key that is there already changes nothing": keeping(func(b *brokenKeys) {
			b.add = func(ctx context.Context, k ports.ImportedKey) error {
				_ = b.ImportedKeys.Add(ctx, k)
				return nil
			}
		}),
		"of 16 orders with one key, one gets it": func() importedKeys {
			return importedKeys{memory.NewImportedKeys(), memory.NewImportedKeys()}
		},
	})
}
