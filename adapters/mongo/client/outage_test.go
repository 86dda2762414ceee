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
	const away, back = `level=WARN msg="MongoDB is away`, `level=INFO msg="MongoDB is back" hosts=`
	awaits := func(line string, times int) {
		t.Helper()
		fixture.Eventually(t, func() error {
			if strings.Count(log.String(), line) < times {
				return errors.New("it does not log " + line + ": " + log.String())
			}
			return nil
		})
	}
	admin := mongotest.Database(t, server.URI("admin")+"&directConnection=true")
	for n := 1; n <= 2; n++ {
		stepDown := bson.D{{Key: "replSetStepDown", Value: 600}, {Key: "force", Value: true}}
		fixture.Run(t, admin, stepDown)
		awaits(away, n)
		fixture.Run(t, admin, bson.D{{Key: "replSetFreeze", Value: 0}}) // It is elected again.
		awaits(back, n)
		if lines := strings.Count(log.String(), "\n"); lines != 2*n {
			t.Error(fmt.Sprint(n, " outages are logged as ", log))
		}
	}
	before := log.String()
	if err := d.Close(t.Context()); err != nil || log.String() != before {
		t.Errorf("a close is logged as %s, %v", log, err)
	}
}
