package mongo_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"
)

// A cutter stands between a client and its server. It lets inserts pass, but of as many as lose
// says it cuts the connection when the server replies: the client never learns what became of them.
type cutter struct {
	server string
	lose   atomic.Int32
	lost   atomic.Int32
}

// cut returns a cutter before the server of uri, and the URI that leads through it.
func cut(t testing.TB, uri string) (*cutter, string) {
	t.Helper()
	parsed, err := connstring.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{server: parsed.Hosts[0]}
	var passing sync.WaitGroup
	passing.Go(func() {
		for client, err := l.Accept(); err == nil; client, err = l.Accept() {
			passing.Go(func() { c.pass(client) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		passing.Wait() // The clients were closed before.
	})
	return c, "mongodb://" + l.Addr().String() + "/" + parsed.Database + "?directConnection=true"
}

// pass carries one connection until either side ends it.
func (c *cutter) pass(client net.Conn) {
	defer client.Close()
	server, err := new(net.Dialer).DialContext(context.Background(), "tcp", c.server)
	if err != nil {
		return
	}
	var inserts atomic.Bool // The server has an insert to reply to.
	go func() {
		defer server.Close()
		_, _ = io.Copy(server, watcher(func(p []byte) (int, error) {
			n, err := client.Read(p)
			if bytes.Contains(p[:n], []byte("\x02insert\x00")) {
				inserts.Store(true)
			}
			return n, err
		}))
	}()
	defer server.Close()
	_, _ = io.Copy(client, watcher(func(p []byte) (int, error) {
		n, err := server.Read(p)
		if inserts.Swap(false) && n > 0 && c.lose.Add(-1) >= 0 {
			c.lost.Add(1)
			return 0, io.EOF
		}
		return n, err
	}))
}

// A watcher reads by a function.
type watcher func([]byte) (int, error)

func (w watcher) Read(p []byte) (int, error) { return w(p) }
