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
	"orders/service"
	"orders/test/mongotest"
)

// settings are the ways to choose adapters.
var settings = []struct {
	name        string
	write, read service.Store
}{
	{"memory", service.Memory, service.Memory},
	{"mongo", service.Mongo, service.Mongo},
	{"events on mongo, views in memory", service.Mongo, service.Memory},
	{"events in memory, views on mongo", service.Memory, service.Mongo},
}

func TestTheGraphIsComplete(t *testing.T) {
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			c := service.Config{
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
	onEach(t, func(t *testing.T, c service.Config) {
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
	for _, c := range []service.Config{{WriteStore: service.Mongo}, {ReadStore: service.Mongo}} {
		if err := fx.New(module(c)).Err(); err == nil {
			t.Errorf("%+v needs no URI", c)
		}
	}
}

// onEach runs a test with each choice of adapters, each with databases of its own.
func onEach(t *testing.T, test func(*testing.T, service.Config)) {
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			c := service.Config{WriteStore: s.write, ReadStore: s.read}
			if s.write == service.Mongo || s.read == service.Mongo {
				c.MongoURI = mongotest.URI(t)
			}
			test(t, c)
		})
	}
}

// serve runs a test against a service with each choice of adapters.
func serve(t *testing.T, test func(*testing.T, client)) {
	onEach(t, func(t *testing.T, c service.Config) {
		var server *http.Server
		service := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
		defer service.RequireStop()
		test(t, newClient("http://"+server.Addr().String()))
	})
}

func module(c service.Config) fx.Option {
	return service.Module(c, "test", slog.New(slog.DiscardHandler))
}
