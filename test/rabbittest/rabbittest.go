// Package rabbittest gives every test a real RabbitMQ, on a fresh machine and with one command.
//
// It finds a broker in this order: TEST_AMQP_URL, whose broker is managed at TEST_AMQP_MANAGEMENT
// (port 15672 of the same host); Docker, with the image TEST_RABBITMQ_IMAGE
// (rabbitmq:4-management); a local install; Debian's packages, which apt fetches into the user's
// cache folder. A way that fails is logged and the next one tried.
// TEST_RABBITMQ_WAY=url|docker|path|apt forces one.
//
// If no way is left, the test is skipped; with TEST_BROKERS=required it fails. What this package
// starts ends with the test binary, however that ends (test/guard).
package rabbittest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/rabbittest/server"
)

var shared struct {
	sync.Once
	url string // Of any of its virtual hosts.
	api server.API
	err error
}

// URL returns the URL of a fresh virtual host on the RabbitMQ that the tests of this binary share.
// The virtual host is deleted after the test.
func URL(tb testing.TB) string {
	tb.Helper()
	guard.SkipIfShort(tb)
	shared.Do(func() {
		shared.url, shared.api, shared.err = external(tb)
		if shared.url != "" || shared.err != nil {
			return
		}
		var b broker
		if b, shared.err = launch(tb, nil); shared.err == nil {
			shared.url, shared.api = b.url(), b.api
		}
	})
	missing(tb, shared.err)
	return fresh(tb, shared.url, shared.api)
}

// fresh makes a virtual host, puts it into a URL, and deletes it after the test.
func fresh(tb testing.TB, amqp string, api server.API) string {
	tb.Helper()
	name := "test-" + rand.Text()
	if err := api.AddHost(name); err != nil {
		tb.Fatalf("make a virtual host: %v", err)
	}
	tb.Cleanup(func() {
		if err := api.DeleteHost(name); err != nil {
			tb.Errorf("delete a virtual host: %v", err)
		}
	})
	return withHost(amqp, name)
}

// withHost puts another virtual host into a URL.
func withHost(amqp, name string) string {
	base, query, _ := strings.Cut(amqp, "?")
	scheme, rest, _ := strings.Cut(base, "://")
	authority, _, _ := strings.Cut(rest, "/")
	if query != "" {
		query = "?" + query
	}
	return scheme + "://" + authority + "/" + url.PathEscape(name) + query
}

// missing skips or fails a test that has no broker.
func missing(tb testing.TB, err error) {
	tb.Helper()
	switch {
	case err == nil:
	case os.Getenv("TEST_BROKERS") == "required" || forced() != "":
		tb.Fatalf("no RabbitMQ for this test: %v", err)
	default:
		tb.Skipf("no RabbitMQ for this test: %v", err)
	}
}

// external returns TEST_AMQP_URL and how its broker is managed, if that answers; nothing when the
// next ways are to be tried.
func external(tb testing.TB) (string, server.API, error) {
	tb.Helper()
	amqp := os.Getenv("TEST_AMQP_URL")
	if force := forced(); force != "" && force != "url" || force == "" && amqp == "" {
		return "", server.API{}, nil
	}
	api, err := managed(amqp)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err = api.AwaitReady(ctx, amqp)
	}
	if err == nil {
		return amqp, api, nil
	}
	err = fmt.Errorf("TEST_AMQP_URL cannot be used: %w", err)
	if forced() == "url" {
		return "", api, err
	}
	tb.Logf("trying the next way, as %v", err)
	return "", api, nil
}

// managed returns the API by which the broker of a URL is managed.
func managed(amqp string) (server.API, error) {
	u, err := url.Parse(amqp)
	if err != nil || u.Host == "" {
		return server.API{}, errors.New("it is no URL such as amqp://guest:guest@127.0.0.1/")
	}
	api := server.API{URL: os.Getenv("TEST_AMQP_MANAGEMENT"), User: "guest", Password: "guest"}
	if api.URL == "" {
		api.URL = "http://" + u.Hostname() + ":15672"
	}
	if u.User != nil {
		api.User = u.User.Username()
		api.Password, _ = u.User.Password()
	}
	return api, nil
}

// forced is the only way to try, or empty.
func forced() string { return os.Getenv("TEST_RABBITMQ_WAY") }

// launch starts a RabbitMQ in the first way that works and returns when it can be used.
func launch(tb testing.TB, lines []string) (broker, error) {
	tb.Helper()
	force := forced()
	if force == "url" { // It is not for servers of a test's own.
		force = ""
	}
	b, err := guard.Launch(tb, ways, force, func(build maker) (broker, error) {
		return start(build, lines)
	})
	if err != nil {
		return b, fmt.Errorf("set TEST_AMQP_URL, or start Docker, or install RabbitMQ, or let apt "+
			"reach Debian; tried:\n%w", err)
	}
	return b, nil
}

// start makes and starts a RabbitMQ. It tries twice, as another process may take a free port.
func start(build maker, lines []string) (b broker, err error) {
	for range 2 {
		if b, err = build(lines); err != nil {
			continue
		}
		if err = b.run(); err == nil {
			return b, nil
		}
		err = errors.Join(err, b.Remove())
	}
	return b, err
}
