package http_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"orders/adapters/http"
	"orders/adapters/memory"
	memorycustomer "orders/adapters/memory/customer"
	"orders/app/command"
	"orders/ports"
	"orders/ports/customer"
)

// application wires the module as app does.
func application(address string, log *lines, s **http.Server) *fx.App {
	return fx.New(
		fx.NopLogger,
		fx.Supply(http.Config{Address: address}, slog.New(slog.NewJSONHandler(log, nil)),
			command.Clock(time.Now)),
		fx.Provide(
			command.NewHandler,
			fx.Annotate(memory.NewEventStore, fx.As(new(ports.EventStore)),
				fx.As(new(ports.History))),
			fx.Annotate(memory.NewViews, fx.As(new(ports.Orders))),
			fx.Annotate(memorycustomer.NewPurchases, fx.As(new(customer.Summaries))),
		),
		http.Module,
		fx.Populate(s),
	)
}

func TestTheModuleStartsAndStops(t *testing.T) {
	var s *http.Server
	app := application("127.0.0.1:0", &lines{}, &s)
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := app.Wait()
	if err := app.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case signal := <-done:
		t.Errorf("an ordinary stop counts as %v", signal)
	default:
	}
}

func TestATakenPortFailsTheStart(t *testing.T) {
	l := listen(t, nil)
	var s *http.Server
	err := application(l.Addr().String(), &lines{}, &s).Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is in use by another program") {
		t.Errorf("error %v", err)
	}
}

func TestTheProcessEndsWithTheServer(t *testing.T) {
	var s *http.Server
	log := &lines{}
	app := application("127.0.0.1:0", log, &s)
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := app.Wait()
	if err := s.CloseListener(); err != nil {
		t.Fatal(err)
	}
	if signal := <-done; signal.ExitCode != 1 {
		t.Errorf("exit code %d, want 1", signal.ExitCode)
	}
	if err := app.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(string(log.text), `"level":"ERROR"`) {
		t.Errorf("logged %s", log.text)
	}
}
