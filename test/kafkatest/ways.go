package kafkatest

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"orders/test/guard"
	"orders/test/kafkatest/server"
	"orders/test/process"
)

const defaultImage = "apache/kafka:4.1.0"

// maker makes a Kafka, which is not started yet.
type maker func(order) (guard.Node, error)

// order is what a test asks for.
type order struct {
	guarded int      // The port where users log in; 0 for none.
	lines   []string // More lines of properties.
}

var ways = []guard.Way[maker]{
	{Name: "docker", Prepare: sync.OnceValues(docker)},
	{Name: "path", Prepare: sync.OnceValues(func() (maker, error) {
		return processes(server.Installed())
	})},
	{Name: "maven", Prepare: sync.OnceValues(func() (maker, error) {
		return processes(server.Fetch())
	})},
}

// processes makes children of this process, with data in its session's folder.
func processes(jars string, err error) (maker, error) {
	if err != nil {
		return nil, err
	}
	return func(o order) (guard.Node, error) {
		session, err := guard.Session()
		if err != nil {
			return nil, err
		}
		port := process.FreePort()
		dir := filepath.Join(session, strconv.Itoa(port))
		return server.NewProcess(jars, dir, server.Settings{
			Port: port, Guarded: o.guarded, Lines: o.lines,
		})
	}, nil
}

// docker makes containers, if a daemon answers and has or gets the image.
func docker() (maker, error) {
	image := &guard.Image{
		Name: defaultImage, Entrypoint: []string{"/bin/sh", "-c", server.Script, "kafka"},
		User: "root", Volume: "/var/lib/kafka/data", Tail: server.Tail,
	}
	if name := os.Getenv("TEST_KAFKA_IMAGE"); name != "" {
		image.Name = name
	}
	if err := image.Get(); err != nil {
		return nil, err
	}
	return func(o order) (guard.Node, error) {
		settings := server.Settings{
			Host: "0.0.0.0", Port: process.FreePort(), Guarded: o.guarded, Lines: o.lines,
			Data: filepath.Join(image.Volume, "log"), // The volume may have a lost+found.
		}
		publish := []int{settings.Port}
		if o.guarded != 0 {
			publish = append(publish, o.guarded)
		}
		return &guard.Container{
			Image: image, Port: settings.Port, Publish: publish,
			Args: []string{"/tmp/kafka", "/opt/kafka/libs"}, Env: settings.Env(),
		}, nil
	}, nil
}
