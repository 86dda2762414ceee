package http_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	nethttp "net/http"
	"sync"
	"sync/atomic"
	"testing"

	"orders/adapters/http"
	"orders/adapters/http/certificate"
	"orders/test/certs"
)

// Certificates are renewed while clients ask, on connections that last and on new ones. No request
// fails, and those who come later get the new one.
func TestCertificatesAreRenewedUnderLoad(t *testing.T) {
	ca, dir := certs.New(t), t.TempDir()
	cert, key := ca.Issue(t, certs.Usual).Write(t, dir)
	files, err := certificate.Load(cert, key, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l := listenAs(t, http.Config{Address: "127.0.0.1:0", TLS: files.Config()}, nil)
	l.url = "https://" + l.Addr().String()
	watching, stop := context.WithCancel(t.Context())
	asking, enough := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	defer enough()
	running.Go(func() { files.Watch(watching) })
	var asked atomic.Int64
	for n := range 8 {
		running.Go(func() { l.asksUntil(asking, t, ca, n%2 == 0, &asked) })
	}
	for range 2 {
		before := l.certificate(t, ca)
		ca.Issue(t, certs.Usual).Write(t, dir)
		l.until(t, "the new certificate is served", func() bool {
			return !l.certificate(t, ca).Equal(before)
		})
	}
	l.until(t, "requests are so many that they show something", func() bool {
		return asked.Load() >= 100
	})
}

// asksUntil sends requests until ctx ends, each on a connection of its own or all on one.
func (l *listener) asksUntil(
	ctx context.Context, t *testing.T, ca *certs.Authority, anew bool, asked *atomic.Int64,
) {
	transport := &nethttp.Transport{
		TLSClientConfig: &tls.Config{RootCAs: ca.Pool()}, DisableKeepAlives: anew,
	}
	defer transport.CloseIdleConnections()
	for ctx.Err() == nil {
		req, _ := nethttp.NewRequestWithContext(t.Context(), "GET", l.url+"/health", nil)
		res, err := (&nethttp.Client{Transport: transport}).Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 {
			t.Errorf("status %d, %v", res.StatusCode, err)
		}
		_ = res.Body.Close()
		asked.Add(1)
	}
}

// certificate is what a new connection gets.
func (l *listener) certificate(t *testing.T, ca *certs.Authority) *x509.Certificate {
	t.Helper()
	c := tls.Client(l.dialTCP(t), &tls.Config{RootCAs: ca.Pool(), ServerName: "localhost"})
	defer c.Close()
	if err := c.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c.ConnectionState().PeerCertificates[0]
}
