package backup

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// The pages say how much memory an export takes for each order.
func TestContentsAreSmall(t *testing.T) {
	const orders, most = 300_000, 64
	ids := make([]order.ID, orders)
	for i := range ids {
		ids[i] = order.MakeID([]byte(rand.Text()))
	}
	c := NewContents()
	before := heap()
	for _, id := range ids {
		if err := c.Add(ports.Commit{OrderID: id, Version: 1}); err != nil {
			t.Fatal(err)
		}
	}
	each := float64(heap()-before) / orders
	t.Logf("%.1f bytes for each order", each)
	if each > most {
		t.Errorf("%.1f bytes for each order, want at most %d", each, most)
	}
	if version, _ := c.Version(ids[0]); version != 1 {
		t.Errorf("version %d", version)
	}
	runtime.KeepAlive(ids)
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// However large the commits are, an import holds few of them at once.
func TestAnImportHoldsFewCommitsAtOnce(t *testing.T) {
	for name, tt := range map[string]struct{ size, most int }{
		"large ones": {16 << 20, 2}, "small ones": {1, windowCommits},
	} {
		t.Run(name, func(t *testing.T) {
			sku := strings.Repeat("x", tt.size)
			m := &importing{Import: Import{
				Into: nothing{}, Archive: nothing{},
				Report: func(Progress) {},
				From: func(_ context.Context, each func(int, ports.Commit) error) error {
					for n := range 3 * windowCommits / tt.size {
						id := order.ID(fmt.Sprint(n))
						if err := each(n, commitOf(id, sku)); err != nil {
							return err
						}
					}
					for n := range 7 {
						if err := each(n, commitOf("large", sku)); err != nil {
							return err
						}
					}
					return nil
				},
			}}
			err := m.pass(t.Context(), Comparing, func(_ context.Context, s *stretch) error {
				if len(s.commits) > tt.most {
					return fmt.Errorf("%d commits at once", len(s.commits))
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// nothing is a store without commits.
type nothing struct {
	ports.EventStore
	ports.Archive
}

func (nothing) Read(context.Context, order.ID, int, func(ports.Commit) error) error { return nil }

func (nothing) Commits(context.Context, ports.Range, func(ports.Commit) error) error { return nil }

func commitOf(id order.ID, sku string) ports.Commit {
	return ports.Commit{
		OrderID: id, Events: []order.Event{order.ItemsChanged{Lines: []order.Line{{SKU: sku}}}},
	}
}
