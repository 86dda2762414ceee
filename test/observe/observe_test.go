package observe_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/test/guard"
	"orders/test/mongotest"
)

// A scene is the service in two processes, under load, with all that may happen to it.
type scene struct {
	mongod    *mongotest.Server
	broker    []string
	env       []string
	web, back program
	watcher
}

func newScene(t *testing.T) *scene {
	t.Helper()
	guard.SkipIfShort(t)
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	s := &scene{mongod: mongotest.Start(t), broker: cluster.ListenAddrs()}
	s.env = []string{
		"MONGODB_URI=" + s.mongod.URI("observed"), "REQUEST_TIMEOUT=2s",
		"PUBLISH=kafka", "KAFKA_BROKERS=" + strings.Join(s.broker, ","),
	}
	s.web = serve(t, append([]string{"COMMANDS=kafka"}, s.env...), "command,query")
	s.back = serve(t, s.env, "projector,relay")
	s.watcher = watch(t, s.web.admin, s.back.admin)
	come(t, s.web)
	return s
}

// A real Prometheus scrapes the real service. Every panel of the dashboard shows something, every
// name is right, and alerts fire because of what happens.
func TestPrometheusSeesTheService(t *testing.T) {
	s := newScene(t)
	s.wantNoAlerts(t, "OrdersDown", "OrdersLeaseUnheld", "OrdersParked", "OrdersDeadMessages")
	s.messages(t)
	s.parks(t)
	s.rebuilds(t)
	s.freezes(t)
	t.Run("panels", s.panels)
	t.Run("variables", s.variables)
	t.Run("names", func(t *testing.T) { namesOf(t, s.watcher).wantKnown(t) })
	s.fires(t, "OrdersParked", "subscription", "orders", "relay-kafka", "summary")
	s.fires(t, "OrdersDeadMessages", "job", job)
	s.kill(t, s.back)
	s.fires(t, "OrdersLeaseUnheld", "subscription", "orders", "relay-kafka", "summary")
	s.fires(t, "OrdersProcessDown", "instance", s.back.admin)
	s.kill(t, s.web)
	s.fires(t, "OrdersDown", "job", job)
}

func (s *scene) panels(t *testing.T) {
	left := queries(t)
	eventually(t, "every panel shows something", func() error {
		var empty []error
		left = slices.DeleteFunc(left, func(q query) bool {
			err := s.shows(t.Context(), q.expr)
			if err != nil {
				empty = append(empty, fmt.Errorf("%s: %w: %s", q.of, err, q.expr))
			}
			return err == nil
		})
		return errors.Join(empty...)
	})
}

func (s *scene) variables(t *testing.T) {
	for _, v := range variables(t) {
		values, err := s.offers(t.Context(), v.of, v.expr)
		if err != nil || len(values) == 0 {
			t.Errorf("one may choose %s of %q: %v", v.of, values, err)
		}
	}
}

func (s *scene) wantNoAlerts(t *testing.T, alerts ...string) {
	t.Helper()
	eventually(t, "all leases are held", func() error {
		const leases = "sum(max by (subscription) (orders_subscription_lease_held))"
		held, err := s.values(t.Context(), leases)
		if err == nil && (len(held) == 0 || held[0] < 3) {
			err = fmt.Errorf("%v are", held)
		}
		return err
	})
	for _, alert := range alerts {
		eventually(t, alert+" is silent", func() error {
			firing, err := s.firing(t.Context(), alert, "job")
			if len(firing) > 0 {
				err = errors.New("it fires")
			}
			return err
		})
	}
}

// messages sends a command that is carried out, and one that nobody can read.
func (s *scene) messages(t *testing.T) {
	t.Helper()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(s.broker...), kgo.DefaultProduceTopic("orders.commands"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for id, body := range map[string]string{"good": order, "bad": "{"} {
		letter := &kgo.Record{Value: []byte(body), Headers: []kgo.RecordHeader{
			{Key: "id", Value: []byte(id)}, {Key: "type", Value: []byte("create")},
		}}
		if err := client.ProduceSync(t.Context(), letter).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

// parks stores an event that no program can read.
func (s *scene) parks(t *testing.T) {
	t.Helper()
	commits := mongotest.Database(t, s.mongod.URI("observed")).Collection("order_writes")
	var first struct {
		OrderID string `bson:"orderId"`
	}
	eventually(t, "there is an order", func() error {
		return commits.FindOne(t.Context(), bson.M{"version": 1},
			options.FindOne().SetSort(bson.M{"_id": -1})).Decode(&first)
	})
	_, err := commits.InsertOne(t.Context(), bson.M{
		"_id": first.OrderID + "/000099", "orderId": first.OrderID, "version": 99,
		"committedAt": time.Now(), "commitId": "x",
		"events": bson.A{bson.M{"type": "Teleported", "schema": 1, "data": bson.M{}}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rebuilds rebuilds a read model until it shows in a scrape.
func (s *scene) rebuilds(t *testing.T) {
	t.Helper()
	operate(t, s.env, "projection", "rebuild", "orders", "--rate=1") // Ended with the test.
	eventually(t, "the rebuild shows", func() error {
		return s.shows(t.Context(), "orders_rebuild_commits")
	})
}

// freezes lets MongoDB be silent until a command and a scrape have failed.
func (s *scene) freezes(t *testing.T) {
	t.Helper()
	s.mongod.Freeze()
	eventually(t, "a command fails", func() error {
		return s.shows(t.Context(), `orders_commands_total{outcome=~"failed|unknown"}`)
	})
	eventually(t, "a scrape fails", func() error {
		return s.shows(t.Context(), `orders_scrape_errors_total`)
	})
	s.mongod.Thaw()
}

func (s *scene) kill(t *testing.T, p program) {
	t.Helper()
	if err := guard.End(p, syscall.SIGKILL, patience); err != nil {
		t.Fatal(err)
	}
}
