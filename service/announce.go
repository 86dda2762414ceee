package service

import (
	"cmp"
	"log/slog"
	"net"
	"strings"

	"go.uber.org/fx"

	"orders/adapters/http"
)

// announce logs what serves, and where, when all has started, and that it stops before anything
// stops.
func (c Config) announce(
	version string,
) func(fx.Lifecycle, *http.Server, *http.AdminListener, *slog.Logger) {
	return func(
		life fx.Lifecycle, s *http.Server, a *http.AdminListener, log *slog.Logger,
	) {
		life.Append(fx.StartStopHook(
			func() {
				line := log.With("version", BuildOf(version), "roles", c.roles(),
					"writeStore", c.WriteStore, "readStore", c.ReadStore,
					"feed", c.spellFeed(), "auth", cmp.Or(c.Auth, authNone))
				if told := c.publishes(); len(told) > 0 && c.has(Relay) {
					line = line.With("publish", told)
				}
				if a != nil {
					line = line.With(address("adminHost", "adminPort", a.Addr())...)
				}
				if c.Commands.isSome() && c.has(Command) {
					line = line.With("commands", c.Commands)
				}
				if c.TLSCert != "" {
					line = line.With("scheme", "https")
				}
				line.Info("Server running", address("host", "port", s.Addr())...)
			},
			func() { log.Info("Stopping; requests under way are answered first") },
		))
	}
}

// roles are the names of the process's roles.
func (c Config) roles() string {
	var names []string
	for _, r := range []Role{Command, Query, Projector, Relay} {
		if c.has(r) && (r != Relay || len(c.publishes()) > 0) {
			names = append(names, string(r))
		}
	}
	return strings.Join(names, ",")
}

// address returns the attributes of where a port is bound.
func address(host, port string, a net.Addr) []any {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return []any{host, a.String()}
	}
	return []any{host, tcp.IP.String(), port, tcp.Port}
}
