package service

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"

	"go.uber.org/fx"

	"orders/adapters/http/certificate"
)

// https returns how the ports speak TLS, each nil if it does not, and what keeps the certificate
// as its files have it.
func (c Config) https(log *slog.Logger) (port, admin *tls.Config, keep fx.Option, err error) {
	if c.TLSCert == "" {
		return nil, nil, fx.Options(), nil
	}
	files, err := certificate.Load(c.TLSCert, c.TLSKey, log)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("the certificate of TLS_CERT and TLS_KEY: %w", err)
	}
	port = files.Config()
	if c.adminIsSecure() {
		admin = port
	}
	keep = fx.Invoke(func(life fx.Lifecycle) { run(life, files.Watch) })
	return port, admin, keep, nil
}

// adminIsSecure reports whether the admin port speaks TLS. It does not on loopback: probes in the
// container then need no certificate.
func (c Config) adminIsSecure() bool {
	return c.TLSCert != "" && !isLoopback(cmp.Or(c.AdminHost, local))
}

// local is the address of this machine to itself.
const local = "127.0.0.1"

// isLoopback reports whether only this machine reaches a port that is bound to host.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}
