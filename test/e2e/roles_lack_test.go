package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.uber.org/fx"

	"orders/app/projection"
	"orders/service"
	"orders/test/mongotest"
)

// A use is what somebody does with a role, and fails at when he lacks a right.
type use func(context.Context, service.Config) error

func startAs(role service.Role) use {
	return func(ctx context.Context, c service.Config) error {
		c.Roles = []service.Role{role}
		app := fx.New(fx.NopLogger, service.Module(c, "test", slog.New(slog.DiscardHandler)))
		err := app.Start(ctx)
		return errors.Join(err, app.Stop(context.WithoutCancel(ctx)))
	}
}

func rebuild(name string) use {
	return func(ctx context.Context, c service.Config) error {
		return service.Rebuild(ctx, c, name, projection.Options{}, io.Discard)
	}
}

var silent = service.Output{Writer: io.Discard}

func status(ctx context.Context, c service.Config) error { return service.Status(ctx, c, silent) }
func retry(ctx context.Context, c service.Config) error {
	return service.Retry(ctx, c, nil, silent)
}
func subscriptionRetry(ctx context.Context, c service.Config) error {
	return service.RetrySubscriptions(ctx, c, nil, silent)
}
func repair(ctx context.Context, c service.Config) error {
	return service.Verify(ctx, c, nil, true, silent)
}

// recordedAs is a command that is recorded, and does nothing.
func recordedAs(command string) use {
	return func(ctx context.Context, c service.Config) error {
		o := service.RecordedCommand{Command: command}
		return service.Audited(ctx, c, o, func(context.Context) error { return nil })
	}
}

func listAudit(ctx context.Context, c service.Config) error {
	return service.Audit(ctx, c, time.Time{}, 1, silent)
}

// A holder is who has a role of the page.
type holder struct {
	role string // On the page.
	name string // In sentences.
	// uses are what is done with it, in turn, until one notices that a right is missing.
	uses []use
}

var (
	processes = []holder{
		{"ordersCommand", "command", []use{startAs(service.Command)}},
		{"ordersQuery", "query", []use{startAs(service.Query)}},
		{"ordersProjector", "projector", []use{startAs(service.Projector)}},
		{"ordersRelay", "relay", []use{startAs(service.Relay)}},
	}
	operator = holder{"ordersOperator", "operator", []use{
		status, repair, retry, subscriptionRetry, recordedAs("projection retry"), listAudit,
		exportAll,
	}}
	migrator = holder{"ordersMigrate", "migrate", []use{migrateUpAndDown, recordedAs("migrate up")}}
)

var numbered = regexp.MustCompile(`_(\d+)$`)

// generation is the number at the end of the name of a collection, 1 without one.
func (r right) generation() int {
	if n := numbered.FindStringSubmatch(r.collection); n != nil {
		number, _ := strconv.Atoi(n[1])
		return number
	}
	return 1
}

// Each right of the page is missed by somebody, who says in one sentence which it is. Those of the
// third generation and later are as those of the second.
func TestEachRightOfThePageIsNeededAndNamed(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	t.Run("to migrate", func(t *testing.T) {
		for n, missing := range newGuardedShop(t, g, "w", "r").rights[migrator.role] {
			if missing.generation() == 1 { // Each in databases of its own.
				s := newGuardedShop(t, g, fmt.Sprint("w", n), fmt.Sprint("r", n))
				missing.database += strconv.Itoa(n)
				s.lacks(t, migrator, missing)
			}
		}
	})
	s := newGuardedShop(t, g, "shop", "shop_views")
	s.admits(t)
	s.operates(t, 0, "ordersMigrate", "migrate", "up")
	p := s.opens(t)
	p.command.create(t)
	s.isShown(t)
	p.close(t)
	t.Run("in the first generation", func(t *testing.T) { s.lackEach(t, 1) })
	s.lackDrops(t)
	s.rebuildBoth(t)
	s.lackToMigrate(t)
	t.Run("in the second generation", func(t *testing.T) { s.lackEach(t, 2) })
	s.rebuildBoth(t)
	for _, name := range []string{"order_reads", "customer_orders"} {
		if err := s.Root(s.read).CreateCollection(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("in the third generation", func(t *testing.T) { s.lackEach(t, 3) })
}

func (s *guardedShop) rebuildBoth(t *testing.T) {
	t.Helper()
	for _, name := range []string{"orders", "summary"} {
		s.operates(t, 0, operator.role, "projection", "rebuild", name)
	}
}

// lackEach takes away what is first missed while a generation is live.
func (s *guardedShop) lackEach(t *testing.T, live int) {
	t.Helper()
	for _, h := range append(slices.Clone(processes), operator, importing(t)) {
		for _, r := range s.rights[h.role] {
			missed := r.generation()
			if h.role == operator.role {
				missed = missedByOperator(r)
				h.uses = append(slices.Clone(operator.uses), rebuild(modelOf(r)))
			}
			if missed == live && r.generation() <= 2 {
				s.lacks(t, h, r)
			}
		}
	}
}

// lackDrops takes away the right to drop what a rebuild fills. That is noticed once the rebuild has
// taken its number, which this gives back.
func (s *guardedShop) lackDrops(t *testing.T) {
	t.Helper()
	t.Run("of what is filled", func(t *testing.T) {
		for _, name := range []string{"order_reads_2", "customer_orders_2"} {
			r := right{s.read, name, "dropCollection"}
			h := operator
			h.uses = []use{rebuild(modelOf(r))}
			s.lacks(t, h, r)
		}
	})
	if _, err := s.Root(s.read).Collection("projections").UpdateMany(t.Context(), bson.M{},
		bson.M{"$set": bson.M{"last": 1}}); err != nil {
		t.Fatal(err)
	}
}

// modelOf is the read model that a right is for, orders if it is for both.
func modelOf(r right) string {
	if strings.HasPrefix(r.collection, "customer_orders") {
		return "summary"
	}
	return "orders"
}

// missedByOperator is the generation while which an operator first misses a right: the next one is
// filled by a rebuild, the one before by a rollback, and what was left before is dropped.
func missedByOperator(r right) int {
	of := r.generation()
	switch isOfViews := modelOf(r) == "summary" || strings.HasPrefix(r.collection, "order_reads"); {
	case !isOfViews, r.action == "remove":
		return of
	case of > 1 && r.action == "dropCollection":
		return 0 // See lackDrops.
	case of > 1:
		return of - 1
	case r.action == "createIndex":
		return 2
	case r.action == "dropCollection":
		return 3
	}
	return of
}

// lacks takes a right from a role and wants the first use that fails to say so.
func (s *guardedShop) lacks(t *testing.T, h holder, missing right) {
	t.Helper()
	name := fmt.Sprint(h.role, " ", missing)
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		rest := slices.DeleteFunc(slices.Clone(s.rights[h.role]), func(r right) bool {
			return r == missing
		})
		uris := s.userWith(t, name, rest)
		c := service.Config{
			MongoURI: uris[0], ReadURI: uris[1], Stderr: io.Discard,
			Publish: []service.Broker{service.Kafka}, KafkaBrokers: []string{nobody},
		}
		for _, use := range h.uses {
			if err := use(t.Context(), c); err != nil {
				wantNamed(t, err, missing, h.name)
				return
			}
		}
		t.Error("nobody needs it")
	})
}

// wantNamed wants one sentence about a missing right.
func wantNamed(t *testing.T, err error, missing right, role string) {
	t.Helper()
	on := missing.collection
	if on == "" {
		on = "the database"
	}
	for _, want := range []string{
		missing.action + " on " + on, "database " + missing.database, "the role " + role,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("it is not one sentence: %v", err)
	}
}
