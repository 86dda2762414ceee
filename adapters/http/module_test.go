package http_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/app/command"
	"orders/app/live"
	"orders/ports"
	"orders/ports/budget"
)

// application wires the module as app does.
func application(
	address string, log *lines, s **http.Server, more ...fx.Option,
) *fx.App {
	return applicationAs(http.Config{Address: address}, log, s, more...)
}

func applicationAs(
	c http.Config, log *lines, s **http.Server, more ...fx.Option,
) *fx.App {
	return fx.New(
		fx.NopLogger,
		fx.Options(more...),
		fx.Supply(c, slog.New(slog.NewJSONHandler(log, nil)),
			command.Clock(time.Now), budget.New(budget.Default)),
		fx.Provide(
			command.NewHandler,
			fx.Annotate(memory.NewEventStore, fx.As(new(ports.EventStore)),
				fx.As(new(ports.History))),
			fx.Annotate(memory.NewViews, fx.As(new(ports.Orders))),
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
	if status := ready(t, s); status != 200 {
		t.Errorf("started, it answers %d", status)
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

// ready asks whether s is.
func ready(t *testing.T, s *http.Server) int {
	t.Helper()
	res, err := s.Test(httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// The application may add what it needs to be ready, and what it serves besides.
func TestTheModuleTakesWhatIsOptional(t *testing.T) {
	var s *http.Server
	missing := ports.Check{Name: "thing", Ready: func(context.Context) error {
		return errors.New("missing")
	}}
	check := fx.Supply(fx.Annotate(missing, fx.ResultTags(`group:"checks"`)))
	for _, tt := range []struct {
		more fx.Option
		want int
	}{{fx.Options(), 200}, {check, 503}} {
		c := http.Config{Address: "127.0.0.1:0"}
		board := fx.Supply(fx.Annotate(behind, fx.As(new(ports.Projections))))
		watched := fx.Supply(fx.Annotate(new(live.Broker), fx.As(new(ports.Live))))
		app := applicationAs(c, &lines{}, &s, board, watched, tt.more)
		if err := app.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if status := ready(t, s); status != tt.want {
			t.Errorf("started, it answers %d, want %d", status, tt.want)
		}
		if !s.IsLive() {
			t.Error("it does not stream")
		}
		if err := app.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}
