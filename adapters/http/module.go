package http

import (
	"context"
	"log/slog"

	"github.com/danielgtaylor/huma/v2"
	"go.uber.org/fx"

	"orders/app/command"
	"orders/ports"
	"orders/ports/budget"
)

// Module serves orders for as long as the application runs. It needs a Config, the parts below
// that are not optional, and a *slog.Logger.
var Module = fx.Module("http", fx.Provide(provide), fx.Invoke(serve))

// AdminModule serves probes and operators on a port of their own, if the Config asks for one. It
// stops last when it is the first of all modules.
var AdminModule = fx.Module("admin", fx.Provide(NewAdminListener),
	fx.Invoke(func(life fx.Lifecycle, a *AdminListener) { life.Append(fx.StopHook(a.Close)) }))

// parts are the Parts that Fx injects.
type parts struct {
	fx.In
	Commands    *command.Handler
	Orders      ports.Orders
	History     ports.History
	Live        ports.Live          `optional:"true"`
	Projections ports.Projections   `optional:"true"`
	Relays      ports.Relays        `optional:"true"`
	Tokens      ports.Authenticator `optional:"true"`
	Budget      *budget.Budget      `optional:"true"`
	Checks      []ports.Check       `group:"checks"`
	Operations  []func(huma.API)    `group:"operations"`
	Observer    Observer            `optional:"true"`
}

func provide(c Config, p parts, log *slog.Logger) *Server {
	return New(c, Parts{
		Commands: p.Commands, Orders: p.Orders, History: p.History, Operations: p.Operations,
		Live: p.Live, Projections: p.Projections, Relays: p.Relays, Checks: p.Checks,
		Budget: p.Budget, Tokens: p.Tokens, Observer: p.Observer,
	}, log)
}

// admin is what the AdminModule provides, if it is there.
type admin struct {
	fx.In
	Listener *AdminListener `optional:"true"`
}

// serve listens before OnStart returns, so that a taken port fails the start.
func serve(life fx.Lifecycle, stop fx.Shutdowner, s *Server, a admin) {
	done := make(chan struct{})
	life.Append(fx.Hook{
		OnStart: func(ctx context.Context) error {
			if err := s.checkRules(); err != nil {
				return err
			}
			if err := a.Listener.Serve(ctx, s); err != nil {
				return err
			}
			if err := s.Listen(ctx); err != nil {
				return err
			}
			go func() {
				defer close(done)
				if err := s.Serve(); err != nil {
					s.log.Error("Server ended", slog.Any("error", err))
					_ = stop.Shutdown(fx.ExitCode(1))
				}
			}()
			s.Started()
			return nil
		},
		OnStop: func(ctx context.Context) error {
			err := s.Shutdown(ctx)
			if err == nil {
				<-done
			}
			return err
		},
	})
}
