package guard

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ory/dockertest/v3"
	dc "github.com/ory/dockertest/v3/docker"
)

const (
	sessionLabel = "orders.test.session"
	dockerMark   = "docker"

	pullTimeout = 5 * time.Minute
	// expiry ends a container that neither the test, nor the guard, nor the next session removed.
	expiry = 2 * time.Hour
)

// Image is what containers are made of.
type Image struct {
	Name       string
	Entrypoint []string // Whatever the image itself would wrap around it.
	User       string   // Who runs in it, if not whom the image says.
	Volume     string   // The folder inside that survives kill and start.
	Tail       func(log string) string

	pool            *dockertest.Pool
	repository, tag string
	session         string
}

// Get finds or pulls the image, if a daemon answers.
func (i *Image) Get() (err error) {
	if i.pool, err = pool(); err != nil {
		return err
	}
	i.repository, i.tag = dc.ParseRepositoryTag(i.Name)
	if i.tag == "" {
		i.tag = "latest"
	}
	if err := pull(i.pool, i.repository, i.tag); err != nil {
		return fmt.Errorf("image %s: %w", i.Name, err)
	}
	if i.session, err = Session(); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(i.session, dockerMark), nil, 0o600)
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
