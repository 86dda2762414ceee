package mongotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/ory/dockertest/v3"
	dc "github.com/ory/dockertest/v3/docker"

	"orders/test/mongotest/server"
)

const (
	defaultImage = "mongo:8.0"
	sessionLabel = "orders.mongotest.session"
	dockerMark   = "docker"

	pullTimeout = 5 * time.Minute
	// expiry ends a container that neither the test, nor the guard, nor the next session removed.
	expiry = 2 * time.Hour
)

// docker makes containers, if a daemon answers and has or gets the image.
func docker() (maker, error) {
	pool, err := pool()
	if err != nil {
		return nil, err
	}
	image := defaultImage
	if name := os.Getenv("TEST_MONGO_IMAGE"); name != "" {
		image = name
	}
	repository, tag := dc.ParseRepositoryTag(image)
	if tag == "" {
		tag = "latest"
	}
	if err := pull(pool, repository, tag); err != nil {
		return nil, fmt.Errorf("image %s: %w", image, err)
	}
	return func(ports []int, args ...string) ([]node, error) {
		return containers(&plan{pool: pool, repository: repository, tag: tag}, ports, args)
	}, nil
}

func pool() (*dockertest.Pool, error) {
	pool, err := dockertest.NewPool("")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return pool, pool.Client.PingWithContext(ctx)
}

func pull(pool *dockertest.Pool, repository, tag string) error {
	_, err := pool.Client.InspectImage(repository + ":" + tag)
	if !errors.Is(err, dc.ErrNoSuchImage) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), pullTimeout)
	defer cancel()
	return pool.Client.PullImage(
		dc.PullImageOptions{Repository: repository, Tag: tag, Context: ctx},
		dc.AuthConfiguration{},
	)
}

// plan is what all containers of one call have in common.
type plan struct {
	pool            *dockertest.Pool
	repository, tag string
	session         string
}

// containers makes one container a port. Each port has the same number inside and outside, so
// that 127.0.0.1:port is a server's name for itself, for its fellows and for the test. Several
// reach each other under it as they share the network of one more container, which outlives them.
func containers(p *plan, ports []int, args []string) (nodes []node, err error) {
	if p.session, err = session(); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(p.session, dockerMark), nil, 0o600); err != nil {
		return nil, err
	}
	if len(ports) == 1 {
		return []node{&container{plan: p, port: ports[0], args: args, publish: ports}}, nil
	}
	network := &container{plan: p, port: server.FreePort(), args: server.Args(), publish: ports}
	if err := network.Start(); err != nil {
		return nil, errors.Join(err, network.Remove())
	}
	for i, port := range ports {
		member := &container{plan: p, port: port, args: args, network: network}
		member.last = i == len(ports)-1
		nodes = append(nodes, member)
	}
	return nodes, nil
}

// container is a mongod in a container.
type container struct {
	*plan
	port    int
	args    []string
	publish []int      // The ports that its network shows outside.
	network *container // Whose network it shares instead.
	last    bool       // To be removed, and then removes that network.
	id      string     // Empty before the first start.
}

func (c *container) Address() string { return server.Address(c.port) }

func (c *container) Start() error {
	if c.id != "" {
		return c.pool.Client.StartContainer(c.id, nil)
	}
	resource, err := c.pool.RunWithOptions(&dockertest.RunOptions{
		Repository: c.repository, Tag: c.tag,
		Name:       filepath.Base(c.session) + "-" + strconv.Itoa(c.port),
		Entrypoint: []string{"mongod"}, // Whatever the image would wrap around it.
		Cmd: append([]string{
			"--dbpath", "/data/db", "--bind_ip_all", "--port", strconv.Itoa(c.port),
		}, c.args...),
		ExposedPorts: c.exposed(),
		PortBindings: c.bindings(),
		Labels:       map[string]string{sessionLabel: c.session},
	}, c.host)
	if err != nil {
		return err
	}
	c.id = resource.Container.ID
	return resource.Expire(uint(expiry.Seconds()))
}

// bindings show the ports of its network outside, on this machine only.
func (c *container) bindings() map[dc.Port][]dc.PortBinding {
	bindings := map[dc.Port][]dc.PortBinding{}
	for _, port := range c.publish {
		number := strconv.Itoa(port)
		bindings[dc.Port(number+"/tcp")] = []dc.PortBinding{
			{HostIP: server.Host, HostPort: number},
		}
	}
	return bindings
}

// exposed are the same ports, as the daemon shows none that is not exposed.
func (c *container) exposed() (ports []string) {
	for port := range c.bindings() {
		ports = append(ports, string(port))
	}
	return ports
}

// host gives it a volume, which survives kill and start, and the network of another if need be.
func (c *container) host(host *dc.HostConfig) {
	host.PublishAllPorts = false
	host.Mounts = []dc.HostMount{{Type: "volume", Target: "/data/db"}}
	if c.network != nil {
		host.NetworkMode = "container:" + c.network.id
	}
}

func (c *container) Signal(signal syscall.Signal) error {
	err := c.pool.Client.KillContainer(dc.KillContainerOptions{
		ID: c.id, Signal: dc.Signal(signal),
	})
	if c.Exited(0) {
		return nil
	}
	return err
}

func (c *container) Freeze() error { return c.pool.Client.PauseContainer(c.id) }
func (c *container) Thaw() error   { return c.pool.Client.UnpauseContainer(c.id) }

func (c *container) Exited(within time.Duration) bool {
	deadline := time.Now().Add(within)
	for {
		state, err := c.pool.Client.InspectContainer(c.id)
		if err == nil && !state.State.Running {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (c *container) Log() string {
	var log bytes.Buffer
	err := c.pool.Client.Logs(dc.LogsOptions{
		Container: c.id, Stdout: true, Stderr: true, Tail: "200",
		OutputStream: &log, ErrorStream: &log,
	})
	if err != nil {
		return err.Error()
	}
	return server.Tail(log.String())
}

func (c *container) Remove() error {
	err := remove(c.pool, c.id)
	if c.last {
		err = errors.Join(err, remove(c.pool, c.network.id))
	}
	return err
}

func remove(pool *dockertest.Pool, id string) error {
	if id == "" {
		return nil
	}
	return pool.Client.RemoveContainer(dc.RemoveContainerOptions{
		ID: id, Force: true, RemoveVolumes: true,
	})
}

// removeContainers removes the containers of a session and returns how many it had.
func removeContainers(session string) (int, error) {
	if !exists(filepath.Join(session, dockerMark)) {
		return 0, nil
	}
	pool, err := pool()
	if err != nil {
		return 0, err
	}
	found, err := pool.Client.ListContainers(dc.ListContainersOptions{
		All: true, Filters: map[string][]string{"label": {sessionLabel + "=" + session}},
	})
	for _, container := range found {
		err = errors.Join(err, remove(pool, container.ID))
	}
	return len(found), err
}
