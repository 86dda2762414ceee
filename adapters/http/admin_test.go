package http_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

// A board is how projections stand.
type board []ports.ProjectionStatus

func (b board) Status(context.Context) ([]ports.ProjectionStatus, error) { return b, nil }

var behind = board{
	{
		Name:        "orders",
		Generations: ports.GenerationStatus{Live: 2, Open: 3, Previous: 1, Position: "here"},
		Lag:         ports.Lag{Commits: 1000, More: true, Time: 90*time.Second + time.Millisecond},
		Parked: []ports.ParkedOrder{
			{ID: nowhere, Version: 3, Reason: "unknown form", Since: noon.UTC(), Tries: 4},
		},
	},
	{Name: "summary", Generations: ports.GenerationStatus{Live: 1}},
}

func TestProjections(t *testing.T) {
	s := startAs(t, http.Config{}, func(p *http.Parts) { p.Projections = behind })
	a := s.ask(t, "GET", "/admin/projections", "")
	a.is(t, 200)
	want := `{"projections":[{"name":"orders","generation":{"live":2,"open":3,"previous":1},` +
		`"position":"here","caughtUp":false,"lag":{"commits":1000,"more":true,` +
		`"seconds":90.001},"parked":[{"orderId":"` + nowhere + `","version":3,` +
		`"reason":"unknown form","since":"2026-11-22T12:44:48.200Z","tries":4}]},` +
		`{"name":"summary","generation":{"live":1},"position":"","caughtUp":true,` +
		`"lag":{"commits":0,"seconds":0},"parked":[]}]}`
	if a.text != want {
		t.Errorf("projections\n%s, want\n%s", a.text, want)
	}
}

// unknown are projections of which nothing can be told.
type unknown struct{ error }

func (u unknown) Status(context.Context) ([]ports.ProjectionStatus, error) { return nil, u.error }

func TestProjectionsFail(t *testing.T) {
	for err, status := range map[error]int{ports.ErrUnavailable: 503, errors.New("secret"): 500} {
		s := startAs(t, http.Config{}, func(p *http.Parts) { p.Projections = unknown{err} })
		s.ask(t, "GET", "/admin/projections", "").is(t, status)
	}
	a := start(t).ask(t, "GET", "/admin/projections", "")
	a.is(t, 404)
	a.has(t, `"code":"not-served-here"`)
}
