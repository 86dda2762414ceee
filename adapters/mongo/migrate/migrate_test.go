package migrate_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/test/mongotest"
)

var sets = map[string]migrate.Set{"order_writes": journal.Set, "order_reads": orders.Set}

func TestMigrationsRunOnce(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Connect(t, uri)
	for name, set := range sets {
		m := migrate.New(d, set)
		wantVersion(t, m, 0)
		for range 2 {
			if err := m.Up(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	wantVersion(t, migrate.New(d, journal.Set), 1)
	wantVersion(t, migrate.New(d, orders.Set), 8)
	profile := fixture.StartProfile(t, uri)
	for _, set := range sets {
		if err := migrate.New(d, set).Up(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for name := range sets {
		if n := len(profile.Find(t, "insert", name+"_migrations")); n > 0 {
			t.Errorf("a start on a migrated database wrote %d times to %s_migrations", n, name)
		}
	}
}

func wantVersion(t *testing.T, m *migrate.Migrations, want uint) {
	t.Helper()
	version, dirty, err := m.Version(t.Context())
	if version != want || dirty || err != nil {
		t.Errorf("version %d, dirty %v, %v; want %d", version, dirty, err, want)
	}
}

func TestManyMayMigrateAtOnce(t *testing.T) {
	for round := range 5 {
		uri := mongotest.URI(t)
		var starts sync.WaitGroup
		for range 6 {
			d := fixture.Connect(t, uri)
			starts.Go(func() {
				for name, set := range sets {
					if err := migrate.New(d, set).Up(t.Context()); err != nil {
						t.Errorf("round %d, %s: %v", round, name, err)
					}
				}
			})
		}
		starts.Wait()
		wantVersion(t, migrate.New(fixture.Connect(t, uri), orders.Set), 8)
	}
}

const migrateEnv = "TEST_MIGRATE_URI"

// TestMigrating is what TestAKilledMigrationIsRepaired starts and kills.
func TestMigrating(t *testing.T) {
	uri := os.Getenv(migrateEnv)
	if uri == "" {
		t.Skip("started by another test only")
	}
	_ = migrate.New(fixture.Connect(t, uri), orders.Set).Up(t.Context())
}

func TestAKilledMigrationIsRepaired(t *testing.T) {
	for blocked := range 2 {
		uri, fail := fixture.Breakable(t)
		d, rival := fixture.Connect(t, uri), fixture.Connect(t, strings.Split(uri, "&appName=")[0])
		m := migrate.New(d, orders.Set)
		if blocked == 1 { // In the last migration.
			if err := m.Up(t.Context()); err != nil {
				t.Fatal(err)
			}
			setVersion(t, uri, 7)
			fixture.DropIndex(t, uri, "by_change")
		}
		fail(1, bson.M{
			"failCommands": bson.A{"createIndexes"}, "blockConnection": true, "blockTimeMS": 15_000,
		})
		victim := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMigrating$")
		victim.Env = append(os.Environ(), migrateEnv+"="+uri)
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		fixture.Eventually(t, func() error {
			_, dirty, err := migrate.New(rival, orders.Set).Version(t.Context())
			if err == nil && !dirty {
				err = errors.New("it does not begin")
			}
			return err
		})
		if err := victim.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = victim.Wait()
		if err := m.Up(t.Context()); err != nil {
			t.Error(err)
		}
		wantVersion(t, m, 8)
	}
}

func TestAMissingIndexIsNamed(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, orders.Set)
	reads := mongotest.Database(t, uri).Collection("order_reads")
	if _, err := reads.Indexes().DropOne(t.Context(), "newest_of_user"); err != nil {
		t.Fatal(err)
	}
	other := driver.IndexModel{Keys: bson.D{{Key: "userId", Value: 1}, {Key: "_id", Value: -1}}}
	if _, err := reads.Indexes().CreateOne(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	m := migrate.New(d, orders.Set)
	begun := time.Now()
	err := m.Up(t.Context())
	want := "newest_of_user on order_reads {userId: 1, createdAt: -1, _id: -1} is missing"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one that says %q", err, want)
	}
	if took := time.Since(begun); took > 25*time.Second { // A retry would go on for 30 s.
		t.Errorf("it took %v to say so", took)
	}
	if err := errors.Join(m.Down(t.Context()), m.Up(t.Context())); err != nil {
		t.Errorf("what the error advises does not help: %v", err)
	}
}

func TestADroppedCollectionIsMadeAnew(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, orders.Set)
	reads := mongotest.Database(t, uri).Collection("order_reads")
	fixture.Drop(t, reads)
	if err := migrate.New(d, orders.Set).Up(t.Context()); err != nil {
		t.Error(err)
	}
	wantIndexes(t, reads, "_id_", "by_change", "newest",
		"newest_of_fulfillment_status",
		"newest_of_payment_status", "newest_of_sku", "newest_of_status", "newest_of_user",
		"newest_on_hold")
}

func TestANewerDatabaseWillDo(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, orders.Set)
	setVersion(t, uri, 99)
	m := migrate.New(d, orders.Set)
	if err := m.Up(t.Context()); err != nil {
		t.Error(err)
	}
	wantVersion(t, m, 99)
	fixture.DropIndex(t, uri, "newest")
	if err := m.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "index newest on") {
		t.Errorf("error %v, want the name of the missing index", err)
	}
}
