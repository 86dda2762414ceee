package e2e_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/test/certs"
)

// asks sends a request for the health of the process, over TLS if it is to be one that ca knows.
func asks(t *testing.T, ca *certs.Authority, port int) error {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	url := fmt.Sprintf("http://127.0.0.1:%d/health", port)
	if ca != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: ca.Pool()}
		url = strings.Replace(url, "http", "https", 1)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func TestACertificateMakesThePortSecure(t *testing.T) {
	ca, other, dir := certs.New(t), certs.New(t), t.TempDir()
	cert, key := ca.Issue(t, certs.Usual).Write(t, dir)
	admin := freePort(t)
	files := []string{"TLS_CERT=" + cert, "TLS_KEY=" + key}
	p := start(t, append(files, fmt.Sprint("ADMIN_PORT=", admin))...)
	if !strings.Contains(p.output.String(), "scheme=https") {
		t.Errorf("the log says %s", p.output)
	}
	if err := asks(t, ca, p.port); err != nil {
		t.Error(err)
	}
	if err := asks(t, other, p.port); err == nil {
		t.Error("it has a certificate of somebody else")
	}
	if err := asks(t, nil, admin); err != nil { // It is on loopback.
		t.Error(err)
	}
	other.Issue(t, certs.Usual).Write(t, dir)
	eventually(t, "it is renewed", func() bool { return asks(t, other, p.port) == nil })
	p.terminate(t)
	p.ends(t, 0, "The certificate was renewed")
}

// The health check trusts the certificate that it is given and no other, also one that is no longer
// valid, as that is for clients to judge.
func TestTheHealthCheckOverTLS(t *testing.T) {
	ca := certs.New(t)
	for name, tt := range map[string]struct {
		valid certs.Validity
		env   []string
	}{
		"the port":           {certs.Usual, nil},
		"an old certificate": {certs.Validity{From: -2 * time.Hour, Until: -time.Hour}, nil},
		"the admin port":     {certs.Usual, []string{fmt.Sprint("ADMIN_PORT=", freePort(t))}},
		"another admin host": {certs.Usual, []string{
			fmt.Sprint("ADMIN_PORT=", freePort(t)), "ADMIN_HOST=0.0.0.0",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			pair := ca.Issue(t, tt.valid)
			cert, key := pair.Write(t, t.TempDir())
			env := slices.Concat(tt.env, []string{"TLS_CERT=" + cert, "TLS_KEY=" + key})
			p := start(t, env...)
			env = append(env, fmt.Sprint("PORT=", p.port))
			isHealthy(t, env...)
			if name == "the admin port" {
				return
			}
			another, _ := ca.Issue(t, certs.Usual).Write(t, t.TempDir())
			isDistrusted(t, append(env, "TLS_CERT="+another)...)
		})
	}
}

// isDistrusted waits until the health check says that it does not know the certificate: on a busy
// machine its 2 s may be over before. No check succeeds.
func isDistrusted(t *testing.T, env ...string) {
	t.Helper()
	eventually(t, "a health check names the certificate", func() bool {
		p := launch(t, "", env, "healthcheck")
		p.ends(t, 1, "certificate|deadline exceeded")
		return strings.Contains(p.output.String(), "certificate")
	})
}

func TestACertificateThatCannotServe(t *testing.T) {
	ca := certs.New(t)
	one, other := ca.Issue(t, certs.Usual), ca.Issue(t, certs.Usual)
	cert, key := one.Write(t, t.TempDir())
	_, foreign := other.Write(t, t.TempDir())
	for name, tt := range map[string]struct{ cert, key, says string }{
		"no key":         {cert, "", `^orders: TLS_CERT and TLS_KEY are the two files`},
		"no certificate": {"", key, `^orders: TLS_CERT and TLS_KEY are the two files`},
		"another key":    {cert, foreign, `^orders: the certificate of TLS_CERT and .* match`},
		"no file":        {cert, "/nowhere", `^orders: .*/nowhere: no such file`},
		"swapped":        {key, cert, `^orders: the certificate of TLS_CERT and TLS_KEY: `},
	} {
		t.Run(name, func(t *testing.T) {
			p := launch(t, "", []string{
				"TLS_CERT=" + tt.cert, "TLS_KEY=" + tt.key, fmt.Sprint("PORT=", freePort(t)),
			})
			p.ends(t, 1, tt.says)
			if strings.Contains(p.output.String(), "PRIVATE") {
				t.Errorf("it tells the key: %s", p.output)
			}
		})
	}
}
