package guard

import (
	"bytes"
	"errors"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/ory/dockertest/v3"
	dc "github.com/ory/dockertest/v3/docker"

	"orders/test/process"
)

// Container is a server in a container.
type Container struct {
	*Image
	// Port has the same number inside and outside, so that 127.0.0.1:Port is a server's name for
	// itself, for its fellows and for the test.
	Port    int
	Args    []string
	Env     []string
	Publish []int      // The ports that its network shows outside.
	Network *Container // Whose network it shares instead.
	Last    bool       // To be removed, and then removes that network.

	id string // Empty before the first start.
}

func (c *Container) Address() string { return process.Address(c.Port) }

func (c *Container) Start() error {
	if c.id != "" {
		return c.pool.Client.StartContainer(c.id, nil)
	}
	resource, err := c.pool.RunWithOptions(&dockertest.RunOptions{
		Repository: c.repository, Tag: c.tag,
		Name:       filepath.Base(c.session) + "-" + strconv.Itoa(c.Port),
		Entrypoint: c.Entrypoint, Cmd: c.Args, Env: c.Env, User: c.User,
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
func (c *Container) bindings() map[dc.Port][]dc.PortBinding {
	bindings := map[dc.Port][]dc.PortBinding{}
	for _, port := range c.Publish {
		number := strconv.Itoa(port)
		bindings[dc.Port(number+"/tcp")] = []dc.PortBinding{
			{HostIP: process.Host, HostPort: number},
		}
	}
	return bindings
}

// exposed are the same ports, as the daemon shows none that is not exposed.
func (c *Container) exposed() (ports []string) {
	for port := range c.bindings() {
		ports = append(ports, string(port))
	}
	return ports
}

// host gives it a volume, which survives kill and start, and the network of another if need be.
func (c *Container) host(host *dc.HostConfig) {
	host.PublishAllPorts = false
	host.Mounts = []dc.HostMount{{Type: "volume", Target: c.Volume}}
	if c.Network != nil {
		host.NetworkMode = "container:" + c.Network.id
	}
}

func (c *Container) Signal(signal syscall.Signal) error {
	err := c.pool.Client.KillContainer(dc.KillContainerOptions{
		ID: c.id, Signal: dc.Signal(signal),
	})
	if c.Exited(0) {
		return nil
	}
	return err
}

func (c *Container) Freeze() error { return c.pool.Client.PauseContainer(c.id) }
func (c *Container) Thaw() error   { return c.pool.Client.UnpauseContainer(c.id) }

func (c *Container) Exited(within time.Duration) bool {
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

func (c *Container) Log() string {
	var log bytes.Buffer
	err := c.pool.Client.Logs(dc.LogsOptions{
		Container: c.id, Stdout: true, Stderr: true, Tail: "200",
		OutputStream: &log, ErrorStream: &log,
	})
	if err != nil {
		return err.Error()
	}
	return c.Tail(log.String())
}

func (c *Container) Remove() error {
	err := remove(c.pool, c.id)
	if c.Last {
		err = errors.Join(err, remove(c.pool, c.Network.id))
	}
	return err
}
