// Package e2e_test checks the whole service from a client's side: its graph in this process, and
// the real program in processes of its own.
package e2e_test

import (
	"log/slog"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"
	"go.uber.org/goleak"

	"orders/adapters/http"
	"orders/app"
	"orders/test/mongotest"
)

// settings are the ways to choose adapters.
var settings = []struct {
	name        string
	write, read app.Store
}{
	{"memory", app.Memory, app.Memory},
	{"mongo", app.Mongo, app.Mongo},
	{"events on mongo, views in memory", app.Mongo, app.Memory},
	{"events in memory, views on mongo", app.Memory, app.Mongo},
}

func TestTheGraphIsComplete(t *testing.T) {
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			c := app.Config{
				MongoURI: "mongodb://127.0.0.1/nothing", WriteStore: s.write, ReadStore: s.read,
			}
			if err := fx.ValidateApp(module(c)); err != nil {
				t.Error(err)
			}
		})
	}
}

// serverDate is fasthttp's clock, one for all servers of a process and its whole life.
var serverDate = goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1")

func TestItStartsAndStopsWithoutATrace(t *testing.T) {
	onEach(t, func(t *testing.T, c app.Config) {
		before := goleak.IgnoreCurrent()
		var server *http.Server
		service := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
		orders := newClient("http://" + server.Addr().String())
		orders.create(t)
		service.RequireStop()
		orders.http.CloseIdleConnections()
		goleak.VerifyNone(t, before, serverDate)
	})
}

func TestAStoreNeedsItsURI(t *testing.T) {
	for _, c := range []app.Config{{WriteStore: app.Mongo}, {ReadStore: app.Mongo}} {
		if err := fx.New(module(c)).Err(); err == nil {
			t.Errorf("%+v needs no URI", c)
		}
	}
}

// onEach runs a test with each choice of adapters, each with databases of its own.
func onEach(t *testing.T, test func(*testing.T, app.Config)) {
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			c := app.Config{WriteStore: s.write, ReadStore: s.read}
			if s.write == app.Mongo || s.read == app.Mongo {
				c.MongoURI = mongotest.URI(t)
			}
			test(t, c)
		})
	}
}

// serve runs a test against a service with each choice of adapters.
func serve(t *testing.T, test func(*testing.T, client)) {
	onEach(t, func(t *testing.T, c app.Config) {
		var server *http.Server
		service := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
		defer service.RequireStop()
		test(t, newClient("http://"+server.Addr().String()))
	})
}

func module(c app.Config) fx.Option {
	return app.Module(c, "test", slog.New(slog.DiscardHandler))
}
