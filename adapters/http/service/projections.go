package service

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const projectionsText = "The status is read from the event store and the read models, not from " +
	"the projectors, so that it also shows when these have stopped. A process without access " +
	"answers 404 with the code `not-served-here`."

func (m *Monitor) addProjections(api huma.API) {
	op := serviceQuery("/admin/projections", "projections",
		"Show the state of the read models", wire.Response("The state of each read model."),
		400, 404, 500, 503)
	op.Description = projectionsText
	op.Responses["404"].Description = "This process has no access to the read models."
	huma.Register(api, op, m.showProjections)
}

type projectionsAnswer struct{ Body projections }

type projections struct {
	Projections []Projection `json:"projections" doc:"All read models, by name."`
}

// A Projection is how a read model stands, in JSON.
type Projection struct {
	Name        string        `json:"name" doc:"The read model's name." example:"orders"`
	Generations generations   `json:"generation" doc:"The generations of its read model."`
	Position    string        `json:"position" doc:"The last saved position in the feed; empty if none was saved yet." example:"Zm9sbG93"`
	CaughtUp    bool          `json:"caughtUp" doc:"Whether it shows everything that was committed." example:"false"`
	Lag         lag           `json:"lag" doc:"How far it is behind."`
	Parked      []ParkedOrder `json:"parked" doc:"The orders that it cannot show, the first hundred."`
}

type generations struct {
	Live     int `json:"live" doc:"The generation that queries use." example:"2"`
	Open     int `json:"open,omitzero" doc:"The generation that is being filled, if there is one." example:"3"`
	Previous int `json:"previous,omitzero" doc:"The generation that is kept for rolling back, if there is one." example:"1"`
}

type lag struct {
	Commits int     `json:"commits" doc:"The number of commits behind, as far as they were counted." example:"12"`
	More    bool    `json:"more,omitzero" doc:"Whether there are more commits than were counted." example:"false"`
	Seconds float64 `json:"seconds" doc:"Seconds since the oldest of them was committed; 0 if there is none." example:"0.25"`
}

// A ParkedOrder is an order of which a read model can make no view, or that a broker cannot be told
// of, in JSON.
type ParkedOrder struct {
	OrderID order.ID       `json:"orderId" doc:"The order's id."`
	Version int            `json:"version" doc:"The version that could not be projected, or told." example:"3"`
	Reason  string         `json:"reason" doc:"Why the last attempt failed." example:"it is stored in an unknown form"`
	Since   wire.Timestamp `json:"since" doc:"When the first attempt failed, in UTC."`
	Tries   int            `json:"tries" doc:"The number of attempts." example:"4"`
}

func (m *Monitor) showProjections(
	ctx context.Context, _ *wire.NoQuery,
) (*projectionsAnswer, error) {
	all, err := m.projections.Status(ctx)
	if err != nil {
		return nil, err
	}
	shown := projections{make([]Projection, len(all))}
	for i, p := range all {
		shown.Projections[i] = Show(p)
	}
	return &projectionsAnswer{shown}, nil
}

// Show returns how a read model stands.
func Show(p ports.ProjectionStatus) Projection {
	return Projection{
		Name: p.Name, Generations: showGenerations(p.Generations),
		Position: string(p.Generations.Position), CaughtUp: p.Lag.CaughtUp(),
		Lag:    lag{p.Lag.Commits, p.Lag.More, p.Lag.Time.Seconds()},
		Parked: ShowParked(p.Parked),
	}
}

func showGenerations(n ports.GenerationStatus) generations {
	return generations{Live: n.Live, Open: n.Open, Previous: n.Previous}
}

// ShowParked returns the parked orders of a read model.
func ShowParked(orders []ports.ParkedOrder) []ParkedOrder {
	shown := make([]ParkedOrder, len(orders))
	for i, o := range orders {
		shown[i] = ParkedOrder{o.ID, o.Version, o.Reason, wire.Timestamp(o.Since), o.Tries}
	}
	return shown
}
