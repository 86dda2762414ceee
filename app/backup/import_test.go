package backup_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/memory"
	"orders/app/backup"
	"orders/domain/order"
	"orders/ports"
)

// exported are all commits of a store of some orders.
func exported(t testing.TB, orders int) []ports.Commit {
	t.Helper()
	s, f := filled(t, orders), newFile(t)
	f.runs(t, export(t, sourceOf(s), f))
	return f.commits(t)
}

func wantImported(t testing.TB, i backup.Import, recorded int) {
	t.Helper()
	done, err := i.Run(t.Context())
	if err != nil || done.Recorded != recorded {
		t.Errorf("%d commits were recorded, %v, want %d", done.Recorded, err, recorded)
	}
}

func TestAnImportRecordsWhatIsMissing(t *testing.T) {
	all := exported(t, 4000) // More than are worked on at once.
	for name, there := range map[string]int{"all": 0, "the rest": 1777, "nothing": len(all)} {
		t.Run(name, func(t *testing.T) {
			s := memory.NewEventStore()
			for _, c := range all[:there] {
				appendNext(t, s, c.OrderID, c.Version)
			}
			wantImported(t, imported(s, all), len(all)-there)
			has(t, s, all)
			wantImported(t, imported(s, all), 0)
		})
	}
}

func TestAnOrderThatHasMoreThanTheFileStaysAsItIs(t *testing.T) {
	s, all := filled(t, 100), exported(t, 100)
	appendNext(t, s, idOf(0), 2)
	wantImported(t, imported(s, all), 0)
	if version := versionOf(t, s, idOf(0)); version != 2 {
		t.Errorf("it is at version %d", version)
	}
}

// An order of many commits in many windows, among others.
func TestLongOrdersAndLargeFilesAreImportedInOrder(t *testing.T) {
	var all []ports.Commit
	for version := 1; version <= 3000; version++ {
		all = append(all, next(idOf(0), version))
		for n := range 10 {
			all = append(all, next(idOf(10*version+n), 1))
		}
	}
	s := memory.NewEventStore()
	wantImported(t, imported(s, all), len(all))
	has(t, s, all)
}

// Every field of a commit is compared.
func TestWhatDiffersIsListedAndNothingIsRecorded(t *testing.T) {
	all := exported(t, 100)
	const at = 123
	fields := reflect.TypeFor[ports.Commit]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "OrderID" || name == "Version" || name == "Unreadable" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			s := memory.NewEventStore()
			for _, c := range all[:at+1] {
				if c.OrderID == all[at].OrderID && c.Version == all[at].Version {
					change(t, reflect.ValueOf(&c).Elem().Field(i))
				}
				past := ports.Stream{ID: c.OrderID}
				past.Before.Version = c.Version - 1
				if err := s.Append(t.Context(), past, c); err != nil {
					t.Fatal(err)
				}
			}
			_, err := imported(s, all).Run(t.Context())
			var differs *backup.DiffersError
			want := fmt.Sprintf("line %d: version %d of order %s differs in %s",
				at+2, all[at].Version, all[at].OrderID, name)
			if !errors.As(err, &differs) || differs.Count != 1 ||
				differs.First[0].String() != want || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
			if n, _ := s.Size(t.Context()); n != at+1 {
				t.Errorf("%d commits were recorded", n-at-1)
			}
		})
	}
}

// change gives a field of a commit another value.
func change(t *testing.T, v reflect.Value) {
	t.Helper()
	switch is := v.Addr().Interface().(type) {
	case *string:
		*is += "another"
	case *time.Time:
		*is = is.Add(time.Millisecond)
	case *[]order.Event:
		*is = append(slices.Clone(*is), order.Released{})
	case *ports.Actor:
		is.Issuer += "another"
	default:
		t.Fatalf("no change of %s", v.Type())
	}
}

func TestTwoImportsAtOnceAreAsOne(t *testing.T) {
	all := exported(t, 2000)
	s := memory.NewEventStore()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, err := imported(s, all).Run(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	has(t, s, all)
	if n, _ := s.Size(t.Context()); n != len(all) {
		t.Errorf("%d commits, want %d", n, len(all))
	}
}

func TestAnImportThatIsBrokenOffIsRunAgain(t *testing.T) {
	all := exported(t, 2000)
	ctx, stop := context.WithCancel(t.Context())
	s := memory.NewEventStore()
	var mu sync.Mutex
	n := 0
	m := moody{EventStore: s, after: func(ports.Commit) error {
		mu.Lock()
		defer mu.Unlock()
		if n++; n == 1234 {
			stop()
		}
		return nil
	}}
	if _, err := importedInto(m, s, all).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it is broken off", err)
	}
	had, _ := s.Size(t.Context())
	if had == 0 || had == len(all) {
		t.Fatalf("%d of %d commits were recorded", had, len(all))
	}
	wantImported(t, imported(s, all), len(all)-had)
	has(t, s, all)
}

func TestARateBoundsAnImport(t *testing.T) {
	all := exported(t, 100)
	synctest.Test(t, func(t *testing.T) {
		i := imported(memory.NewEventStore(), all)
		i.Options.Rate = 50
		begun := time.Now()
		wantImported(t, i, len(all))
		if took := time.Since(begun); took < 4500*time.Millisecond || took > 5500*time.Millisecond {
			t.Errorf("250 commits at 50/s took %v", took)
		}
	})
}
