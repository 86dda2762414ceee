package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/test/mongotest"
)

// A journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func TestAnOutageIsLoggedOnceAndItsEnd(t *testing.T) {
	t.Parallel()
	server, log := mongotest.Start(t), &journal{}
	d := fixture.Connect(t, server.URI("orders"))
	d.LogTo(slog.New(slog.NewTextHandler(log, nil)))
	d.LogOutages()
	for n := 1; n <= 2; n++ {
		stepDown := bson.D{{Key: "replSetStepDown", Value: 3}, {Key: "force", Value: true}}
		_ = mongotest.Database(t, server.URI("admin")).RunCommand(t.Context(), stepDown).Err()
		fixture.Eventually(t, func() error {
			if strings.Count(log.String(), `level=INFO msg="MongoDB is back" hosts=`) < n {
				return errors.New("it is not back: " + log.String())
			}
			return nil
		})
		away := strings.Count(log.String(), `level=WARN msg="MongoDB is away`)
		if lines := strings.Count(log.String(), "\n"); away != n || lines != 2*n {
			t.Error(fmt.Sprint(n, " outages are logged as ", log))
		}
	}
	before := log.String()
	if err := d.Close(t.Context()); err != nil || log.String() != before {
		t.Errorf("a close is logged as %s, %v", log, err)
	}
}
