package http_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"testing"
)

// The names of tests that begin with TestTLS make their servers speak TLS: see overTLS.

// speaks asks over TLS as c says, and returns what was agreed on.
func (l *listener) speaks(t *testing.T, c *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	conn := tls.Client(l.dialTCP(t), c)
	if _, err := io.WriteString(conn, ask); err != nil {
		return tls.ConnectionState{}, err
	}
	a := answers(t, conn, 1)[0]
	a.is(t, 200)
	a.header(t, "Strict-Transport-Security", "max-age=31536000")
	return conn.ConnectionState(), conn.Close()
}

func TestTLSVersions(t *testing.T) {
	l := listen(t, nil)
	for version, served := range map[uint16]bool{
		tls.VersionTLS10: false, tls.VersionTLS11: false,
		tls.VersionTLS12: true, tls.VersionTLS13: true,
	} {
		c := clientTLS(t)
		c.MinVersion, c.MaxVersion = version, version
		if got, err := l.speaks(t, c); (err == nil) != served || served && got.Version != version {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
	for _, suite := range tls.InsecureCipherSuites() {
		c := clientTLS(t)
		c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{suite.ID}
		if _, err := l.speaks(t, c); err == nil {
			t.Errorf("%s is taken", suite.Name)
		}
	}
	l.until(t, "it is logged", func() bool { return l.log.holds("Handshakes of TLS failed") })
}

// The only protocol is HTTP/1.1, whether or not a client names it.
func TestTLSProtocols(t *testing.T) {
	l := listen(t, nil)
	for _, tt := range []struct{ offered, agreed string }{
		{"", ""}, {"http/1.1", "http/1.1"}, {"h2 http/1.1", "http/1.1"}, {"h2", "none"},
	} {
		c := clientTLS(t)
		c.NextProtos = strings.Fields(tt.offered)
		got, err := l.speaks(t, c)
		if tt.agreed == "none" && err == nil || tt.agreed != "none" &&
			(err != nil || got.NegotiatedProtocol != tt.agreed) {
			t.Errorf("%q: %q, %v", tt.offered, got.NegotiatedProtocol, err)
		}
	}
}

func TestTLSSessionsAreResumed(t *testing.T) {
	l := listen(t, nil)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		c := clientTLS(t)
		c.MaxVersion, c.ClientSessionCache = version, tls.NewLRUClientSessionCache(1)
		for n := range 2 {
			got, err := l.speaks(t, c)
			if err != nil || got.DidResume != (n == 1) {
				t.Errorf("%s, try %d: resumed %t, %v", tls.VersionName(version), n,
					got.DidResume, err)
			}
		}
	}
}

// Whoever forgets the s of https is told.
func TestTLSTellsWhoSpeaksWithout(t *testing.T) {
	l := listen(t, nil)
	for _, request := range []string{
		ask, post + sizedMouse + "\r\n" + mouse, "HEAD / HTTP/1.1\r\n\r\n",
	} {
		c := l.dialTCP(t)
		fmt.Fprint(c, request)
		a := answers(t, c, 1)[0]
		a.is(t, 400)
		a.header(t, "Content-Type", "application/problem+json")
		a.has(t, `"code":"bad-request"`, "this port speaks HTTPS")
		if !a.Close || a.Header.Get("X-Request-ID") == "" {
			t.Errorf("headers %v", a.Header)
		}
		hangsUp(t, c)
	}
	c := l.dialTCP(t)
	fmt.Fprint(c, "SSH-2.0-OpenSSH_9.2\r\n")
	ends(t, c)
	l.until(t, "all are gone", func() bool { return l.Conns() == 0 })
	if n := len(l.log.requests(t)); n != 0 {
		t.Errorf("%d requests are logged", n)
	}
}
