package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
)

const (
	answerMax    = 1 << 20 // Bytes of an answer or a file.
	redirectsMax = 3
)

// A source is where keys are published.
type source struct {
	issuer  string
	keysURL string // Empty if the issuer says where.
	client  *http.Client
}

func newSource(issuer, keysURL string) source {
	seldom := http.DefaultTransport.(*http.Transport).Clone()
	seldom.DisableKeepAlives = true // A connection would not be used again.
	client := &http.Client{CheckRedirect: checkRedirect, Transport: seldom}
	return source{issuer, keysURL, client}
}

// checkRedirect follows an issuer that has moved, but not to where others could answer for it.
func checkRedirect(to *http.Request, via []*http.Request) error {
	if len(via) > redirectsMax || to.URL.Scheme != via[0].URL.Scheme {
		return errors.New("it is redirected too often, or to another scheme")
	}
	return CheckURL(to.URL.String())
}

// fetch returns the issuer's JSON Web Key Set.
func (s source) fetch(ctx context.Context) ([]byte, error) {
	if s.keysURL != "" {
		return s.read(ctx, s.keysURL)
	}
	text, err := s.read(ctx, strings.TrimSuffix(s.issuer, "/")+"/.well-known/openid-configuration")
	if err != nil {
		return nil, err
	}
	var found struct {
		Issuer  string `json:"issuer"`
		KeysURL string `json:"jwks_uri"`
	}
	switch err := json.Unmarshal(text, &found); {
	case err != nil:
		return nil, errors.New("the issuer's configuration is not the JSON that it should be")
	case found.Issuer != s.issuer:
		return nil, errors.New("the issuer's configuration names another issuer; " +
			"AUTH_ISSUER must be the same to the letter")
	}
	if err := CheckURL(found.KeysURL); err != nil {
		return nil, fmt.Errorf("the jwks_uri of the issuer's configuration %w", err)
	}
	return s.read(ctx, found.KeysURL)
}

// read returns what a URL or a file has.
func (s source) read(ctx context.Context, from string) ([]byte, error) {
	if name, is := fileOf(from); is {
		return readFile(name)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, http.NoBody)
	if err != nil {
		return nil, errors.New("the URL of the keys is malformed")
	}
	req.Header.Set("Accept", "application/json")
	res, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", req.URL.Host, causeOf(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", req.URL.Host, res.StatusCode)
	}
	return readAll(res.Body)
}

// causeOf returns an error without the URL, whose query may have a secret.
func causeOf(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// fileOf returns the name in a file URL.
func fileOf(text string) (name string, is bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "file" {
		return "", false
	}
	return u.Path, true
}

func readFile(name string) ([]byte, error) {
	switch of, err := os.Stat(name); {
	case err != nil:
		return nil, err
	case !of.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", name) // A pipe would be waited for.
	}
	f, err := os.Open(name) //nolint:gosec // A setting names it.
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f)
}

func readAll(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, answerMax+1))
	if err == nil && len(text) > answerMax {
		err = fmt.Errorf("it has more than %d bytes", answerMax)
	}
	return text, err
}

// CheckURL returns an error unless nobody between can change what a URL gives: it is https, or
// http to this machine. The error repeats nothing of it, and follows its name in a sentence.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return errors.New("must be an https URL")
	case u.User != nil || u.Fragment != "":
		return errors.New("must be a URL without a user and a fragment")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return errors.New("must be an https URL; http is only for localhost")
	}
	return nil
}

// CheckKeysURL is CheckURL for keys, which may also be in a file.
func CheckKeysURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "file" {
		if err := CheckURL(text); err != nil {
			return fmt.Errorf("%w; or a file such as file:///etc/keys.json", err)
		}
		return nil
	}
	if u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") {
		return errors.New("must be a file URL with an absolute path, such as file:///etc/keys.json")
	}
	return nil
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
