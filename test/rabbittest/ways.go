package rabbittest

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"orders/test/guard"
	"orders/test/rabbittest/server"
)

const defaultImage = "rabbitmq:4-management"

// maker makes a RabbitMQ with more lines of its configuration; it is not started yet.
type maker func(lines []string) (broker, error)

var ways = []guard.Way[maker]{
	{Name: "docker", Prepare: sync.OnceValues(docker)},
	{Name: "path", Prepare: sync.OnceValues(func() (maker, error) {
		return processes(server.Installed())
	})},
	{Name: "apt", Prepare: sync.OnceValues(func() (maker, error) {
		return processes(server.Fetch())
	})},
}

// processes makes children of this process, with data in its session's folder.
func processes(install server.Install, err error) (maker, error) {
	if err != nil {
		return nil, err
	}
	return func(lines []string) (broker, error) {
		session, err := guard.Session()
		if err != nil {
			return broker{}, err
		}
		ports := server.FreePorts()
		dir := filepath.Join(session, strconv.Itoa(ports.AMQP))
		p := server.NewProcess(install, ports, dir, lines...)
		return broker{
			Node: p, api: server.Managed(ports),
			eval: func(call string) error { return server.Eval(p, ports, call) },
		}, nil
	}, nil
}

// docker makes containers, if a daemon answers and has or gets the image.
func docker() (maker, error) {
	image := &guard.Image{
		Name: defaultImage, Entrypoint: []string{"/bin/sh", "-c", server.Script, "rabbitmq"},
		User: "root", Volume: "/var/lib/rabbitmq", Tail: server.Tail,
	}
	if name := os.Getenv("TEST_RABBITMQ_IMAGE"); name != "" {
		image.Name = name
	}
	if err := image.Get(); err != nil {
		return nil, err
	}
	return func(lines []string) (broker, error) {
		ports := server.FreePorts()
		dir := filepath.Join(image.Volume, "orders")
		return broker{
			Node: &guard.Container{
				Image: image, Port: ports.AMQP, Publish: []int{ports.AMQP, ports.Management},
				Args: []string{dir, "/opt/rabbitmq/sbin"},
				Env:  server.Env("0.0.0.0", ports, dir, lines...),
			},
			api: server.Managed(ports),
		}, nil
	}, nil
}
