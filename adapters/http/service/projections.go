package service

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const projectionsText = "It asks the event store and the read models, and not those who project, " +
	"so that a projection that stands still shows. A process that cannot see them answers 404 " +
	"with the code `not-served-here`."

func (m *Monitor) addProjections(api huma.API) {
	op := serviceQuery("/admin/projections", "projections",
		"Tell how far the projections are", wire.Answers("How they stand."), 404, 500, 503)
	op.Description = projectionsText
	huma.Register(api, op, m.showProjections)
}

type projectionsAnswer struct{ Body projections }

type projections struct {
	Projections []projection `json:"projections" doc:"All that there are, by name."`
}

// A projection is how a read model stands.
type projection struct {
	Name        string        `json:"name" doc:"The projection's name." example:"orders"`
	Generations generations   `json:"generation" doc:"The copies of its read model."`
	Position    string        `json:"position" doc:"Its place in the feed as it was last saved; empty before the first time." example:"Zm9sbG93"`
	CaughtUp    bool          `json:"caughtUp" doc:"Whether it shows everything that was committed." example:"false"`
	Lag         lag           `json:"lag" doc:"What was committed and is not shown yet."`
	Parked      []parkedOrder `json:"parked" doc:"The first hundred orders of which it could make no view."`
}

type generations struct {
	Live     int `json:"live" doc:"The one that queries show." example:"2"`
	Open     int `json:"open,omitzero" doc:"One that is being filled, if any." example:"3"`
	Previous int `json:"previous,omitzero" doc:"The one that is kept for going back, if any." example:"1"`
}

type lag struct {
	Commits int     `json:"commits" doc:"How many commits; or that many were counted, and there are more." example:"12"`
	More    bool    `json:"more,omitzero" doc:"Whether there are more than were counted." example:"false"`
	Seconds float64 `json:"seconds" doc:"Since the oldest of them was committed; 0 without any." example:"0.25"`
}

type parkedOrder struct {
	OrderID order.ID    `json:"orderId" doc:"The order's id."`
	Version int         `json:"version" doc:"Up to which it was to be shown." example:"3"`
	Reason  string      `json:"reason" doc:"Why the last try failed." example:"it is stored in an unknown form"`
	Since   wire.Moment `json:"since" doc:"When the first one did, UTC."`
	Tries   int         `json:"tries" doc:"How many there were." example:"4"`
}

func (m *Monitor) showProjections(ctx context.Context, _ *struct{}) (*projectionsAnswer, error) {
	all, err := m.projections.Status(ctx)
	if err != nil {
		return nil, err
	}
	shown := projections{make([]projection, len(all))}
	for i, p := range all {
		shown.Projections[i] = projection{
			Name: p.Name, Generations: showGenerations(p.Generations),
			Position: string(p.Generations.Position), CaughtUp: p.Lag.CaughtUp(),
			Lag:    lag{p.Lag.Commits, p.Lag.More, p.Lag.Time.Seconds()},
			Parked: showParked(p.Parked),
		}
	}
	return &projectionsAnswer{shown}, nil
}

func showGenerations(n ports.GenerationStatus) generations {
	return generations{Live: n.Live, Open: n.Open, Previous: n.Previous}
}

func showParked(orders []ports.ParkedOrder) []parkedOrder {
	shown := make([]parkedOrder, len(orders))
	for i, o := range orders {
		shown[i] = parkedOrder{o.ID, o.Version, o.Reason, wire.Moment(o.Since), o.Tries}
	}
	return shown
}
