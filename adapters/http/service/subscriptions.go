package service

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/ports"
)

const subscriptionsText = "A subscription tells a broker what was committed. The status is read " +
	"from the event store and what the subscription keeps beside it, not from the broker, so " +
	"that it also shows while that is down, or while no process tells it. It lists the brokers " +
	"that `PUBLISH` of this process names. A process without access answers 404 with the code " +
	"`not-served-here`."

func (m *Monitor) addSubscriptions(api huma.API) {
	op := serviceQuery("/admin/subscriptions", "subscriptions",
		"Show how far brokers are told", wire.Response("The state of each subscription."),
		400, 404, 500, 503)
	op.Description = subscriptionsText
	op.Responses["404"].Description = "This process has no access to the subscriptions."
	huma.Register(api, op, m.showSubscriptions)
}

type subscriptionsAnswer struct{ Body subscriptions }

type subscriptions struct {
	Subscriptions []Subscription `json:"subscriptions" doc:"All subscriptions, one for each broker."`
}

// A Subscription is how a relay stands, in JSON.
type Subscription struct {
	Name     string        `json:"name" doc:"The subscription's name." example:"relay-kafka"`
	Broker   string        `json:"broker" doc:"The broker that it tells." example:"kafka"`
	Topic    string        `json:"topic" doc:"The ID of the topic that it tells; empty if it has told none yet." example:"1pWUyVo8Q2mBXzXhVZfAGQ"`
	Position string        `json:"position" doc:"The last saved position in the feed: everything before it is told, or parked. Empty if none was saved yet." example:"Zm9sbG93"`
	CaughtUp bool          `json:"caughtUp" doc:"Whether everything that was committed is told, or parked." example:"false"`
	Lag      lag           `json:"lag" doc:"How far it is behind."`
	Leader   string        `json:"leader" doc:"The process that tells the broker; empty if none does now." example:"orders-7d4b9/1/KX2V"`
	Failure  *failure      `json:"failure,omitzero" doc:"Why the broker cannot be told now; left out if it can."`
	Parked   []ParkedOrder `json:"parked" doc:"The orders that the broker cannot be told of, the first hundred."`
}

type failure struct {
	Reason string         `json:"reason" doc:"What went wrong last." example:"dial tcp 10.0.0.7:9092: connect: connection refused"`
	Since  wire.Timestamp `json:"since" doc:"When it first failed since the broker was last told, in UTC."`
}

func (m *Monitor) showSubscriptions(
	ctx context.Context, _ *wire.NoQuery,
) (*subscriptionsAnswer, error) {
	all, err := m.relays.Status(ctx)
	if err != nil {
		return nil, err
	}
	shown := subscriptions{make([]Subscription, len(all))}
	for i, r := range all {
		shown.Subscriptions[i] = ShowRelay(r)
	}
	return &subscriptionsAnswer{shown}, nil
}

// ShowRelay returns how a relay stands.
func ShowRelay(r ports.RelayStatus) Subscription {
	shown := Subscription{
		Name: string(r.Name), Broker: r.Broker, Topic: string(r.Topic),
		Position: string(r.Position), CaughtUp: r.Lag.CaughtUp(),
		Lag:    lag{r.Lag.Commits, r.Lag.More, r.Lag.Time.Seconds()},
		Leader: r.Leader, Parked: ShowParked(r.Parked),
	}
	if r.Failure != (ports.Failure{}) {
		shown.Failure = &failure{r.Failure.Reason, wire.Timestamp(r.Failure.Since)}
	}
	return shown
}
