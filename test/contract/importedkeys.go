package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"orders/ports"
)

// ImportedKeys runs the laws of ports.ImportedKeys. open returns two handles on the same keys.
func ImportedKeys(t *testing.T, open func(*testing.T) [2]ports.ImportedKeys) {
	check(t, importedKeyLaws, func(t *testing.T) importedKeys { return open(t) })
}

type importedKeys [2]ports.ImportedKeys

var importedKeyLaws = promises[ports.ImportedKeys]([]law[importedKeys]{
	{"there are Any once one was added", anyOnceAdded},
	{"what was added is found, and nothing else", addedIsFound},
	{"keys that differ in case are different", keysHaveCase},
	{"a key that is there already changes nothing", keysStay},
	{"of 16 orders with one key, one gets it", oneOrderGetsKey},
})

func importedKey(n int) ports.ImportedKey {
	return ports.ImportedKey{
		Key: fmt.Sprint("key ", n), OrderID: id(n), UserID: "ann", Request: fmt.Sprint("hash ", n),
	}
}

func wantAny(ctx context.Context, k ports.ImportedKeys, want bool) error {
	got, err := k.Any(ctx)
	return errors.Join(err, wantEqual(got, want))
}

func wantKey(ctx context.Context, k ports.ImportedKeys, want ports.ImportedKey) error {
	got, err := k.Find(ctx, want.Key)
	return errors.Join(err, wantEqual(got, want))
}

func wantNoKey(ctx context.Context, k ports.ImportedKeys, key string) error {
	got, err := k.Find(ctx, key)
	if !errors.Is(err, ports.ErrNotFound) {
		return fmt.Errorf("%q is %+v, %w", key, got, err)
	}
	return nil
}

func anyOnceAdded(ctx context.Context, k importedKeys) error {
	return errors.Join(wantAny(ctx, k[1], false),
		k[0].Add(ctx, importedKey(1)), wantAny(ctx, k[1], true))
}

func addedIsFound(ctx context.Context, k importedKeys) error {
	return errors.Join(
		wantNoKey(ctx, k[0], importedKey(1).Key),
		k[0].Add(ctx, importedKey(1)), k[1].Add(ctx, importedKey(2)),
		wantKey(ctx, k[1], importedKey(1)), wantKey(ctx, k[0], importedKey(2)),
		wantNoKey(ctx, k[0], importedKey(3).Key), wantNoKey(ctx, k[0], ""),
	)
}

func keysHaveCase(ctx context.Context, k importedKeys) error {
	small, large := importedKey(1), importedKey(2)
	large.Key = strings.ToUpper(small.Key)
	return errors.Join(k[0].Add(ctx, small), wantNoKey(ctx, k[1], large.Key),
		k[0].Add(ctx, large), wantKey(ctx, k[1], small), wantKey(ctx, k[1], large))
}

func keysStay(ctx context.Context, k importedKeys) error {
	first := importedKey(1)
	err := errors.Join(k[0].Add(ctx, first), k[1].Add(ctx, first))
	for _, change := range []func(*ports.ImportedKey){
		func(k *ports.ImportedKey) { k.OrderID = id(2) },
		func(k *ports.ImportedKey) { k.UserID = "bob" },
		func(k *ports.ImportedKey) { k.Request = "another hash" },
	} {
		other := first
		change(&other)
		if got := k[1].Add(ctx, other); !errors.Is(got, ports.ErrConflict) {
			err = errors.Join(err, fmt.Errorf("added beside it: %+v, %w", other, got))
		}
	}
	return errors.Join(err, wantKey(ctx, k[0], first))
}

func oneOrderGetsKey(ctx context.Context, k importedKeys) error {
	const racers = 16
	errs := make([]error, racers)
	var race sync.WaitGroup
	for i := range racers {
		race.Go(func() {
			mine := importedKey(i)
			mine.Key = "one"
			errs[i] = k[i%2].Add(ctx, mine)
		})
	}
	race.Wait()
	winners := 0
	for i, err := range errs {
		switch {
		case err == nil:
			winners++
			mine := importedKey(i)
			mine.Key = "one"
			if err := wantKey(ctx, k[0], mine); err != nil {
				return err
			}
		case !errors.Is(err, ports.ErrConflict):
			return err
		}
	}
	return wantEqual(winners, 1)
}
