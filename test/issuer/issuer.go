// Package issuer is an OpenID provider for tests: it publishes keys, signs whatever it is told to,
// and can be down.
package issuer

import (
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Audience is that of the tokens.
const Audience = "orders"

// Claims are those of a token, by name.
type Claims = map[string]any

// An Issuer signs with the key that it added last. Many goroutines may use it at a time.
type Issuer struct {
	URL string // Its name, the iss of its tokens. Discovery is below it.

	server *http.Server

	mu      sync.Mutex
	keys    []Key
	down    bool
	fetches int
}

// New returns an issuer with an ES256 key on a port of its own, which ends with the test.
func New(t testing.TB) *Issuer {
	t.Helper()
	i, err := Serve("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

// Serve returns an issuer with an ES256 key that listens on an address.
func Serve(address string) (*Issuer, error) {
	l, err := net.Listen("tcp", address) //nolint:noctx // It lives until Close.
	if err != nil {
		return nil, err
	}
	i := &Issuer{URL: "http://" + l.Addr().String(), keys: []Key{NewKey("ES256")}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.describe)
	mux.HandleFunc("GET /keys", i.publish)
	i.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = i.server.Serve(l) }()
	return i, nil
}

// Close ends it.
func (i *Issuer) Close() { _ = i.server.Close() }

// KeysURL is where it publishes its keys.
func (i *Issuer) KeysURL() string { return i.URL + "/keys" }

// describe answers with the documents of OpenID Connect Discovery.
func (i *Issuer) describe(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_ = json.NewEncoder(w).Encode(Claims{"issuer": i.URL, "jwks_uri": i.KeysURL()})
}

func (i *Issuer) publish(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fetches++
	if i.down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write(KeySet(i.keys...))
}

// Down makes it refuse to answer, or answer again.
func (i *Issuer) Down(is bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = is
}

// Fetches is how often somebody asked for its keys.
func (i *Issuer) Fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// Add makes it publish a key beside those that it has, and sign with it.
func (i *Issuer) Add(k Key) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(slices.Clone(i.keys), k)
}

// Rotate makes it publish a new ES256 key only, and sign with it.
func (i *Issuer) Rotate() {
	k := NewKey("ES256")
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = []Key{k}
}

// Key is the one that it signs with.
func (i *Issuer) Key() Key {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys[len(i.keys)-1]
}

// Claims are those of a good token of a subject with some scopes, which lasts for five minutes.
func (i *Issuer) Claims(subject string, scopes ...string) Claims {
	now := time.Now()
	return Claims{
		"iss": i.URL, "aud": Audience, "sub": subject, "client_id": "test",
		"scope": strings.Join(scopes, " "),
		"iat":   now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
}

// Token is a good token of a subject with some scopes.
func (i *Issuer) Token(subject string, scopes ...string) string {
	return i.TokenWith(i.Claims(subject, scopes...), nil)
}

// TokenWith is a token whose good claims are changed; those that are nil are left out.
func (i *Issuer) TokenWith(claims, changes Claims) string {
	return i.Key().Sign(nil, With(claims, changes))
}

// With returns claims with changes; those that are nil are left out.
func With(claims, changes Claims) Claims {
	all := maps.Clone(claims)
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return all
}

var errAlgorithm = errors.New("the issuer has no keys of this algorithm")
