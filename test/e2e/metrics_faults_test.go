package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/adapters/metrics"
	"orders/adapters/mongo/journal"
	"orders/service"
	"orders/test/mongotest"
)

func TestMetricsTellOfParkedOrdersAndOfNoLeader(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	p, seen := observedAt(t, "MONGODB_URI="+uri, "ROLES=command,query")
	projector := start(t, "MONGODB_URI="+uri, "ROLES=projector")
	id := p.create(t).id()
	commits := mongotest.Database(t, uri).Collection("order_writes")
	if _, err := commits.InsertOne(t.Context(), bson.M{
		"_id": id + "/000002", "orderId": id, "version": 2, "committedAt": time.Now(),
		"commitId": "x",
		"events":   bson.A{bson.M{"type": "Teleported", "schema": 1, "data": bson.M{}}},
	}); err != nil {
		t.Fatal(err)
	}
	p.create(t)
	eventually(t, "all is shown but what is parked", func() bool {
		return seen.scrape(t).has(samples{
			`orders_subscription_parked_orders{subscription="orders"}`:  1,
			`orders_subscription_parked_orders{subscription="summary"}`: 1,
			`orders_subscription_lag_commits{subscription="orders"}`:    0,
			`orders_subscription_lag_seconds{subscription="orders"}`:    0,
			`orders_subscription_lease_held{subscription="orders"}`:     1,
		})
	})
	projector.kill()
	p.create(t, "Prefer: respond-async")
	eventually(t, "nobody leads, and the lag grows", func() bool {
		now := seen.scrape(t)
		return now[`orders_subscription_lag_seconds{subscription="orders"}`] > 0 && now.has(samples{
			`orders_subscription_lease_held{subscription="orders"}`:  0,
			`orders_subscription_lag_commits{subscription="orders"}`: 1,
		})
	})
	if _, leads := seen.scrape(t)[`orders_subscription_leads{subscription="orders"}`]; leads {
		t.Error("a process that never leads says whether it does")
	}
}

// A rebuild runs in the process of an operator, and those that serve tell how far it is.
func TestMetricsTellOfARebuild(t *testing.T) {
	skipShort(t)
	uri := "MONGODB_URI=" + mongotest.URI(t)
	p, seen := observedAt(t, uri)
	const many = 90 // So many seconds.
	for range many {
		p.create(t)
	}
	commits, size := `orders_rebuild_commits{projection="orders"}`,
		`orders_rebuild_size_commits{projection="orders"}`
	rebuild := launch(t, "", []string{uri}, "projection", "rebuild", "orders", "--rate=1")
	eventually(t, "some of the commits are read", func() bool {
		now := seen.scrape(t)
		return now[commits] > 0 && now[commits] < many && now[size] == many
	})
	rebuild.kill()
	eventually(t, "it is forgotten", func() bool {
		_, there := seen.scrape(t)[commits]
		return !there
	})
}

// What a silent database does not say is absent, and nobody waits for it for long.
func TestMetricsOfASilentDatabase(t *testing.T) {
	skipShort(t)
	db := mongotest.Start(t)
	p, seen := observedAt(t, "MONGODB_URI="+db.URI("silent"))
	p.create(t)
	lag := `orders_subscription_lag_commits{subscription="orders"}`
	eventually(t, "the lag is known", func() bool { return seen.scrape(t).has(samples{lag: 0}) })
	db.Freeze()
	eventually(t, "it is not known, and that counts", func() bool {
		now := seen.scrape(t)
		_, isKnown := now[lag]
		if _, is := now["orders_bytes_in_flight"]; !is {
			t.Error("what the process knows by itself is absent")
		}
		return !isKnown && now[`orders_scrape_errors_total{asked="subscription/orders"}`] > 0
	})
	db.Thaw()
	eventually(t, "it is known again", func() bool { return seen.scrape(t).has(samples{lag: 0}) })
}

func TestMetricsTellOfTheQueue(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	c, read := watchedQueue(t, uri)
	hang := mongotest.HangInserts(t, uri, "order_writes")
	answers := make(chan told, 5)
	go c.ask(t.Context(), "first", answers)
	hang.AwaitHung()
	for n := range 4 {
		go c.ask(t.Context(), fmt.Sprint("key-", n), answers)
	}
	eventually(t, "the queue is full", func() bool {
		return read().has(samples{
			"orders_group_commit_queued_commits":      4,
			"orders_group_commit_queue_limit_commits": 4,
		})
	})
	hang.Release()
	for range 5 {
		if a := <-answers; a.err != nil || a.status != 201 {
			t.Errorf("key %s: status %d, %v, %v", a.key, a.status, a.json, a.err)
		}
	}
	read().want(t, samples{
		"orders_group_commit_queued_commits":               0,
		"orders_group_commit_batch_commits_count":          2,
		"orders_group_commit_batch_commits_sum":            5,
		"orders_group_commit_wait_seconds_count":           5,
		`orders_group_commit_batch_commits_bucket{le="1"}`: 1,
		`orders_group_commit_batch_commits_bucket{le="4"}`: 2,
	})
}

// watchedQueue serves with a queue of four, and returns what reads its metrics.
func watchedQueue(t *testing.T, uri string) (client, func() samples) {
	t.Helper()
	var server *http.Server
	var seen *metrics.Metrics
	app := fxtest.New(t, module(service.Config{MongoURI: uri, Timeout: patience}),
		fx.Supply(journal.GroupCommit{Slots: 1, Queue: 4}),
		fx.Populate(&server, &seen)).RequireStart()
	t.Cleanup(app.RequireStop)
	return newClient("http://" + server.Addr().String()), func() samples {
		_, text, err := seen.Text("")
		if err != nil {
			t.Fatal(err)
		}
		return samplesIn(t, string(text))
	}
}
