package jsonl

import (
	"go.uber.org/fx"

	"orders/ports"
)

// Module keeps events in the file of that path.
func Module(path string) fx.Option {
	return fx.Module("jsonl-write", fx.Provide(
		fx.Annotate(func(life fx.Lifecycle) (*Store, error) {
			s, err := Open(path)
			if err == nil {
				life.Append(fx.StopHook(s.Close))
			}
			return s, err
		},
			fx.As(new(ports.EventStore)), fx.As(new(ports.History)),
			fx.As(new(ports.EventFeed)), fx.As(new(ports.Archive)), fx.As(new(ports.Timeline))),
	))
}
