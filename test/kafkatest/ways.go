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

// maker makes a Kafka with more lines of properties; it is not started yet.
type maker func(lines []string) (guard.Node, error)

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
	return func(lines []string) (guard.Node, error) {
		session, err := guard.Session()
		if err != nil {
			return nil, err
		}
		port := process.FreePort()
		dir := filepath.Join(session, strconv.Itoa(port))
		return server.NewProcess(jars, port, process.FreePort(), dir, lines...)
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
	return func(lines []string) (guard.Node, error) {
		port, controller := process.FreePort(), process.FreePort()
		data := filepath.Join(image.Volume, "log") // The volume may have a lost+found.
		return &guard.Container{
			Image: image, Port: port, Publish: []int{port},
			Args: []string{"/tmp/kafka", "/opt/kafka/libs"},
			Env:  server.Env("0.0.0.0", port, controller, data, lines...),
		}, nil
	}, nil
}
