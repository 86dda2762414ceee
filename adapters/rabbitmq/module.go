package rabbitmq

import (
	"log/slog"

	"go.uber.org/fx"
)

// Module provides a Publisher and a Reader, which disconnect when the application stops. It needs a
// Config and a *slog.Logger. Each connects when it is used.
var Module = fx.Module("rabbitmq", fx.Provide(providePublisher, provideReader))

func providePublisher(life fx.Lifecycle, c Config, log *slog.Logger) (*Publisher, error) {
	p, err := NewPublisher(c, log)
	if err == nil {
		life.Append(fx.StopHook(p.Close))
	}
	return p, err
}

func provideReader(life fx.Lifecycle, c Config, log *slog.Logger) (*Reader, error) {
	r, err := NewReader(c, log)
	if err == nil {
		life.Append(fx.StopHook(r.Close))
	}
	return r, err
}
