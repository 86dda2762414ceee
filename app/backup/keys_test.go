package backup_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/access"
	"orders/app/backup"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// takenOver are orders as the import of the original records them: every other one has a key.
func takenOver(n int) (all []ports.Commit) {
	for i := range n {
		c := next(order.ID(fmt.Sprintf("ord_%010d", i)), 1)
		if i%2 == 0 {
			c.Key, c.Request = fmt.Sprint("key-", i), "hash"
		}
		all = append(all, c)
	}
	return all
}

// keyed is an import with a place for keys.
func keyed(s *memory.EventStore, keys ports.ImportedKeys, all []ports.Commit) backup.Import {
	i := imported(s, all)
	i.Keys = keys
	return i
}

func wantKeys(t *testing.T, keys ports.ImportedKeys, all []ports.Commit) {
	t.Helper()
	for _, c := range all {
		want, has := c.ImportedKey()
		if !has {
			continue
		}
		got, err := keys.Find(t.Context(), c.Key)
		if err != nil || got != want || got.UserID != "ann" || got.OrderID != c.OrderID {
			t.Errorf("key %s is %+v, %v", c.Key, got, err)
		}
	}
}

// A file carries the keys of orders that another program took, in their first commits. They are
// added also where the orders are there already.
func TestKeysOfAnotherProgramAreImported(t *testing.T) {
	taken := append(takenOver(300), exported(t, 10)...)
	f := newFile(t)
	for _, c := range taken {
		if err := f.Write(c); err != nil {
			t.Fatal(err)
		}
	}
	if f.Has.Keys != 150 {
		t.Errorf("the file has %d keys", f.Has.Keys)
	}
	s, keys := memory.NewEventStore(), memory.NewImportedKeys()
	wantImported(t, keyed(s, keys, taken), len(taken))
	has(t, s, taken)
	wantKeys(t, keys, taken)
	lost := memory.NewImportedKeys()
	wantImported(t, keyed(s, lost, taken), 0)
	wantKeys(t, lost, taken)
	wantImported(t, keyed(s, lost, taken), 0)
}

// A key is there before its order, so that no create in between makes the order once more.
func TestAKeyIsAddedBeforeItsOrder(t *testing.T) {
	all := takenOver(1)
	s, keys := memory.NewEventStore(), memory.NewImportedKeys()
	i := keyed(s, keys, all)
	broken := errors.New("it is killed")
	i.Into = moody{EventStore: s, before: func(ports.Commit) error {
		wantKeys(t, keys, all)
		return broken
	}}
	if _, err := i.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	wantImported(t, keyed(s, keys, all), 1)
}

func TestAKeyThatStandsForAnotherOrderDiffers(t *testing.T) {
	all := takenOver(5)
	s, keys := memory.NewEventStore(), memory.NewImportedKeys()
	other, _ := all[2].ImportedKey()
	other.OrderID = "ord_other_____"
	if err := keys.Add(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	_, err := keyed(s, keys, all).Run(t.Context())
	var differs *backup.DiffersError
	want := "line 4: version 1 of order ord_0000000002 has a key that stands for order " +
		"ord_other_____ there"
	if !errors.As(err, &differs) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	if n, _ := s.Size(t.Context()); n != 0 {
		t.Errorf("%d commits were recorded", n)
	}
}

// What a create there was told stays so.
func TestAKeyThatHasMadeAnotherOrderThereIsLeftOut(t *testing.T) {
	all := takenOver(3)
	s, keys := memory.NewEventStore(), memory.NewImportedKeys()
	price, _ := order.ParseDecimal("1")
	h := command.NewHandler(s, time.Now, nil)
	create := command.Request{Key: "key-0", Caller: access.Everyone(), Command: order.Create{
		UserID: "ann", Currency: "USD",
		Items: []order.Item{{SKU: "a", Quantity: price, Price: price}},
	}}
	first, err := h.Handle(t.Context(), create)
	if err != nil {
		t.Fatal(err)
	}
	wantImported(t, keyed(s, keys, all), 3)
	if _, err := keys.Find(t.Context(), "key-0"); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("the key is %v", err)
	}
	wantKeys(t, keys, all[1:])
	h.ReplayImported(keys)
	again, err := h.Handle(t.Context(), create)
	if err != nil || again.ID != first.ID || !again.Replayed {
		t.Errorf("the key makes %s, %v, and made %s", again.ID, err, first.ID)
	}
}

// Keys are added only while the import is alone, and wait for a store that does not answer.
func TestKeysAreAddedOnlyWhileTheImportMay(t *testing.T) {
	all := takenOver(1)
	synctest.Test(t, func(t *testing.T) {
		s, keys := memory.NewEventStore(), memory.NewImportedKeys()
		i := keyed(s, keys, all)
		lost, answers := errors.New("others were let in"), ports.ErrUnavailable
		i.Check = func(context.Context) error {
			err := answers
			answers = lost
			return err
		}
		if _, err := i.Run(t.Context()); !errors.Is(err, lost) {
			t.Errorf("error %v", err)
		}
		if are, err := keys.Any(t.Context()); are || err != nil {
			t.Errorf("keys were added: %t, %v", are, err)
		}
	})
}
