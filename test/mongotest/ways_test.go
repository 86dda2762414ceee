package mongotest

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/process"
)

func TestAWayThatFailsIsFollowedByTheNext(t *testing.T) {
	guard.SkipIfShort(t)
	replaceWays(t, append([]way{
		{Name: "docker", Prepare: func() (maker, error) { return nil, errors.New("no daemon") }},
		{Name: "docker", Prepare: func() (maker, error) { return broken(errors.New("x")), nil }},
		{Name: "docker", Prepare: func() (maker, error) { return broken(nil), nil }},
	}, ways...))
	nodes, err := launch(t, order{members: 1, set: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := nodes[0].Remove(); err != nil {
		t.Error(err)
	}
}

func TestIfNoWayIsLeftAllFourAreNamed(t *testing.T) {
	replaceWays(t, []way{
		{Name: "docker", Prepare: func() (maker, error) { return nil, errors.New("no daemon") }},
		{Name: "path", Prepare: func() (maker, error) { return broken(nil), nil }},
	})
	t.Setenv("TEST_MONGO_WAY", "")
	_, err := launch(t, order{members: 1})
	if err == nil {
		t.Fatal("no server is taken for one")
	}
	parts := []string{"TEST_MONGODB_URI", "Docker", "PATH", "PyPI", "no daemon", "broke at once"}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
}

func TestAForcedWayIsTheOnlyOne(t *testing.T) {
	tried := ""
	note := func(name string) func() (maker, error) {
		return func() (maker, error) { tried += name; return nil, errors.New("not here") }
	}
	replaceWays(t, []way{
		{Name: "docker", Prepare: note("docker")},
		{Name: "path", Prepare: note("path")}, {Name: "wheel", Prepare: note("wheel")},
	})
	t.Setenv("TEST_MONGO_WAY", "path")
	if _, err := launch(t, order{members: 1}); err == nil || tried != "path" {
		t.Errorf("tried %q, with error %v", tried, err)
	}
}

func TestAnUnknownWayIsRefused(t *testing.T) {
	t.Setenv("TEST_MONGO_WAY", "podman")
	_, err := launch(t, order{members: 1})
	if err == nil || !strings.Contains(err.Error(), "podman") {
		t.Errorf("error %v", err)
	}
}

func TestAServerThatDoesNotAnswerIsNoWay(t *testing.T) {
	t.Setenv("TEST_MONGO_WAY", "")
	t.Setenv("TEST_MONGODB_URI", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100")
	if uri, err := findExternal(t); uri != "" || err != nil {
		t.Errorf("%q is taken, with error %v", uri, err)
	}
}

func TestAServerThatDoesNotAnswerFailsIfForced(t *testing.T) {
	t.Setenv("TEST_MONGO_WAY", "uri")
	t.Setenv("TEST_MONGODB_URI", "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100")
	if _, err := findExternal(t); err == nil {
		t.Error("no error")
	}
}

func TestAStandAloneIsNoWay(t *testing.T) {
	alone := StartAlone(t)
	t.Setenv("TEST_MONGO_WAY", "")
	t.Setenv("TEST_MONGODB_URI", alone.URI(""))
	if uri, err := findExternal(t); uri != "" || err != nil {
		t.Errorf("%q is taken, with error %v", uri, err)
	}
}

func TestAReplicaSetIsAWay(t *testing.T) {
	uri := Start(t).URI("")
	t.Setenv("TEST_MONGO_WAY", "")
	t.Setenv("TEST_MONGODB_URI", uri)
	if got, err := findExternal(t); got != uri || err != nil {
		t.Errorf("%q in place of %q, with error %v", got, uri, err)
	}
}

func TestADatabaseIsPutIntoAURI(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://a":                     "mongodb://a/db?",
		"mongodb://a:1,b:2/x?w=1":         "mongodb://a:1,b:2/db?w=1",
		"mongodb://u:p@a/?tls=true":       "mongodb://u:p@a/db?tls=true&authSource=admin",
		"mongodb://u:p@a/x":               "mongodb://u:p@a/db?authSource=x",
		"mongodb://u:p@a/x?authSource=me": "mongodb://u:p@a/db?authSource=me",
	} {
		if got, err := withDatabase(uri, "db"); got != want || err != nil {
			t.Errorf("%s becomes %s (%v), not %s", uri, got, err, want)
		}
	}
}

func replaceWays(t *testing.T, with []way) {
	t.Helper()
	before := ways
	t.Cleanup(func() { ways = before })
	ways = with
	if os.Getenv("TEST_MONGO_WAY") == "uri" {
		t.Setenv("TEST_MONGO_WAY", "")
	}
}

// broken makes servers that cannot be started, or that end at once.
func broken(err error) maker {
	return func(ports []int, _ ...string) ([]node, error) {
		return []node{brokenNode{address: process.Address(ports[0]), err: err}}, nil
	}
}

type brokenNode struct {
	address string
	err     error
}

func (n brokenNode) Address() string             { return n.address }
func (n brokenNode) Start() error                { return n.err }
func (n brokenNode) Signal(syscall.Signal) error { return nil }
func (n brokenNode) Freeze() error               { return nil }
func (n brokenNode) Thaw() error                 { return nil }
func (n brokenNode) Exited(time.Duration) bool   { return true }
func (n brokenNode) Log() string                 { return "broke at once" }
func (n brokenNode) Remove() error               { return nil }
