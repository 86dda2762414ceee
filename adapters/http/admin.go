package http

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

func (s *monitor) addProjections(api huma.API) {
	op := serviceQuery("/admin/projections", "projections",
		"Tell how far the projections are", wire.Answers("How they stand."), 404, 500, 503)
	op.Description = projectionsText
	huma.Register(api, op, s.showProjections)
}

type projectionsAnswer struct{ Body projections }

type projections struct {
	Projections []projection `json:"projections"`
}

// A projection is how a read model stands.
type projection struct {
	Name        string        `json:"name"`
	Generations generations   `json:"generation"`
	Position    string        `json:"position"`
	CaughtUp    bool          `json:"caughtUp"`
	Lag         lag           `json:"lag"`
	Parked      []parkedOrder `json:"parked"`
}

type generations struct {
	Live     int `json:"live"`
	Open     int `json:"open,omitzero"`
	Previous int `json:"previous,omitzero"`
}

type lag struct {
	Commits int     `json:"commits"`
	More    bool    `json:"more,omitzero"`
	Seconds float64 `json:"seconds"`
}

type parkedOrder struct {
	OrderID order.ID    `json:"orderId"`
	Version int         `json:"version"`
	Reason  string      `json:"reason"`
	Since   wire.Moment `json:"since"`
	Tries   int         `json:"tries"`
}

func (s *monitor) showProjections(ctx context.Context, _ *struct{}) (*projectionsAnswer, error) {
	all, err := s.projections.Status(ctx)
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
