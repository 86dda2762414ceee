package mongotest

import (
	"errors"
	"os"
	"strconv"

	"orders/test/guard"
	"orders/test/mongotest/server"
	"orders/test/process"
)

const defaultImage = "mongo:8.0"

// docker makes containers, if a daemon answers and has or gets the image.
func docker() (maker, error) {
	image := &guard.Image{
		Name: defaultImage, Entrypoint: []string{"mongod"}, Volume: "/data/db", Tail: server.Tail,
	}
	if name := os.Getenv("TEST_MONGO_IMAGE"); name != "" {
		image.Name = name
	}
	if err := image.Get(); err != nil {
		return nil, err
	}
	return func(ports []int, args ...string) ([]node, error) {
		return containers(image, ports, args)
	}, nil
}

// containers makes one container a port. Several reach each other as they share the network of one
// more container, which outlives them.
func containers(image *guard.Image, ports []int, args []string) (nodes []node, err error) {
	if len(ports) == 1 {
		one := container(image, ports[0], args)
		one.Publish = ports
		return []node{one}, nil
	}
	network := container(image, process.FreePort(), server.Args())
	network.Publish = ports
	if err := network.Start(); err != nil {
		return nil, errors.Join(err, network.Remove())
	}
	for i, port := range ports {
		member := container(image, port, args)
		member.Network, member.Last = network, i == len(ports)-1
		nodes = append(nodes, member)
	}
	return nodes, nil
}

func container(image *guard.Image, port int, args []string) *guard.Container {
	return &guard.Container{Image: image, Port: port, Args: append([]string{
		"--dbpath", image.Volume, "--bind_ip_all", "--port", strconv.Itoa(port),
	}, args...)}
}
