package http_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

// relays are how some relays stand.
type relays []ports.RelayStatus

func (r relays) Status(context.Context) ([]ports.RelayStatus, error) { return r, nil }

// stuck are a relay whose broker is down, and one that tells all.
var stuck = relays{
	{
		Name: "relay-kafka", Broker: "kafka", Topic: "topic", Position: "here",
		Lag:    ports.Lag{Commits: 1000, More: true, Time: 90*time.Second + time.Millisecond},
		Leader: "host/1/KX2V", Failure: ports.Failure{Reason: "refused", Since: noon.UTC()},
		Parked: []ports.ParkedOrder{
			{ID: nowhere, Version: 3, Reason: "too large", Since: noon.UTC(), Tries: 4},
		},
	},
	{Name: "relay-rabbitmq", Broker: "rabbitmq"},
}

func TestSubscriptions(t *testing.T) {
	s := startAs(t, http.Config{}, func(p *http.Parts) { p.Relays = stuck })
	a := s.ask(t, "GET", "/admin/subscriptions", "")
	a.is(t, 200)
	want := `{"subscriptions":[{"name":"relay-kafka","broker":"kafka","topic":"topic",` +
		`"position":"here","caughtUp":false,"lag":{"commits":1000,"more":true,` +
		`"seconds":90.001},"leader":"host/1/KX2V","failure":{"reason":"refused",` +
		`"since":"2026-11-22T12:44:48.200Z"},"parked":[{"orderId":"` + nowhere + `","version":3,` +
		`"reason":"too large","since":"2026-11-22T12:44:48.200Z","tries":4}]},` +
		`{"name":"relay-rabbitmq","broker":"rabbitmq","topic":"","position":"","caughtUp":true,` +
		`"lag":{"commits":0,"seconds":0},"leader":"","parked":[]}]}`
	if a.text != want {
		t.Errorf("got\n\t%s, want\n\t%s", a.text, want)
	}
}

// unseen relays answer with an error.
type unseen struct{ error }

func (u unseen) Status(context.Context) ([]ports.RelayStatus, error) { return nil, u.error }

func TestSubscriptionsFail(t *testing.T) {
	for err, status := range map[error]int{ports.ErrUnavailable: 503, errors.New("secret"): 500} {
		s := startAs(t, http.Config{}, func(p *http.Parts) { p.Relays = unseen{err} })
		s.ask(t, "GET", "/admin/subscriptions", "").is(t, status)
	}
	a := start(t).ask(t, "GET", "/admin/subscriptions", "")
	a.is(t, 404)
	a.has(t, `"code":"not-served-here"`)
}

// A broker that is not told is no reason to take a process out, whatever the limit of the lag is.
func TestABrokerThatIsDownIsNoReasonToBeUnready(t *testing.T) {
	s := startAs(t, http.Config{MaxLag: time.Nanosecond}, func(p *http.Parts) {
		p.Projections, p.Relays = board{}, stuck
	})
	s.Started()
	s.ask(t, "GET", "/readyz", "").is(t, 200)
}
