package e2e_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/service"
	"orders/test/mongotest"
)

// Processes with another FEED do not start while one keeps the read models, and operators are told
// which FEED it is. Once that one has stopped, the other starts, and shows everything.
func TestReadModelsFollowOneFeed(t *testing.T) {
	c := service.Config{MongoURI: mongotest.URI(t)}
	follow(t, &c, service.Feed(service.Kafka))
	byStore := c
	byStore.Feed = service.StoreFeed

	var server *http.Server
	first := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
	before := newClient("http://" + server.Addr().String()).create(t).id()
	isFollowed(t, c)

	err := fx.New(module(byStore), fx.NopLogger).Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is kept by a process with FEED=kafka") {
		t.Errorf("the other starts: %v", err)
	}
	err = service.Status(t.Context(), byStore, service.Output{Writer: new(bytes.Buffer)})
	if err == nil || !strings.Contains(err.Error(), "follows FEED=kafka") {
		t.Errorf("its status is shown: %v", err)
	}
	first.RequireStop()

	second := fxtest.New(t, module(byStore), fx.Populate(&server)).RequireStart()
	defer second.RequireStop()
	client := newClient("http://" + server.Addr().String())
	for _, id := range []string{before, client.create(t).id()} {
		client.must(t, 200, "GET", "/queries/orders/"+id+"?minVersion=1", "")
	}
}

// isFollowed waits until the status of the read models is that of a feed that has caught up.
func isFollowed(t *testing.T, c service.Config) {
	t.Helper()
	var last string
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(100 * time.Millisecond) {
		var text bytes.Buffer
		err := service.Status(t.Context(), c, service.Output{Writer: &text})
		if last = text.String(); err == nil && strings.Count(last, "caught up") == 2 {
			return
		}
	}
	t.Errorf("the status is %s", last)
}
