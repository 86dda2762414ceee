package http

import (
	"context"

	"go.uber.org/fx"
)

// Module serves orders for as long as the application runs. It needs a Config, a
// *command.Handler, ports.Orders, ports.History, customer.Summaries and a *slog.Logger.
var Module = fx.Module("http", fx.Provide(New), fx.Invoke(serve))

// serve listens before OnStart returns, so that a taken port fails the start.
func serve(life fx.Lifecycle, stop fx.Shutdowner, s *Server) {
	done := make(chan struct{})
	life.Append(fx.Hook{
		OnStart: func(ctx context.Context) error {
			if err := s.Listen(ctx); err != nil {
				return err
			}
			go func() {
				defer close(done)
				if err := s.Serve(); err != nil {
					s.log.Error("Server ended", "error", err)
					_ = stop.Shutdown(fx.ExitCode(1))
				}
			}()
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
