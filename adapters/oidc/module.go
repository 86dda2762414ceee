package oidc

import (
	"log/slog"

	"go.uber.org/fx"

	"orders/ports"
)

// Module authenticates tokens for as long as the application runs. It needs a Config and a
// *slog.Logger.
var Module = fx.Module("oidc", fx.Provide(
	fx.Annotate(provide, fx.As(fx.Self()), fx.As(new(ports.Authenticator))),
	fx.Annotate(check, fx.ResultTags(`group:"checks"`)),
))

func provide(life fx.Lifecycle, c Config, log *slog.Logger) *Authenticator {
	a := New(c, log)
	life.Append(fx.StartStopHook(a.Start, a.Stop))
	return a
}

func check(a *Authenticator) ports.Check { return ports.Check{Name: "token-keys", Ready: a.Ready} }
