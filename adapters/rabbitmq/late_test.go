package rabbitmq_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/adapters/rabbitmq"
	"orders/test/rabbittest"
)

// A message that a lost connection left on its way does not come after the next ones.
func TestALateMessageOvertakesNone(t *testing.T) {
	url := rabbittest.URL(t)
	_, rest, _ := strings.Cut(url, "@")
	address, _, _ := strings.Cut(rest, "/")
	network := standIn(t, address)
	b := open(t, rabbitmq.Config{URL: strings.Replace(url, address, network.address, 1)})
	id, begin := b.made(t)
	release := network.hold()
	lost := make(chan error)
	go func() { lost <- b.Publish(t.Context(), commit(orderID(1), 1)) }()
	network.awaitHeld(t, string(orderID(1)))
	network.drop() // The publisher hears of it, the broker does not.
	if err := <-lost; err == nil {
		t.Error("a message on its way counts as published")
	}
	done := make(chan error)
	go func() {
		for version := 1; version <= 3; version++ {
			if err := b.must(t.Context(), commit(orderID(1), version)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	select {
	case err := <-done:
		t.Errorf("published (%v) while an older message is on its way", err)
		release()
	case <-time.After(2 * time.Second):
		release()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	time.Sleep(100 * time.Millisecond)
	wantInOrder(t, orderID(1), b.read(t, id, begin)[orderID(1)], 3)
}

// network is a network between a client and the broker.
type network struct {
	address string

	mu      sync.Mutex
	holding chan struct{} // Closed when nothing is held any more; nil when nothing is.
	held    bytes.Buffer  // What is.
	clients []net.Conn
}

// standIn carries connections to an address until the test ends.
func standIn(t *testing.T, address string) *network {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{address: listener.Addr().String()}
	t.Cleanup(func() { _ = listener.Close(); n.drop() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := (&net.Dialer{}).Dial("tcp", address)
			if err != nil {
				_ = client.Close()
				continue
			}
			n.mu.Lock()
			n.clients = append(n.clients, client)
			n.mu.Unlock()
			go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
			go n.carry(client, server)
		}
	}()
	return n
}

// carry carries what a client sends, which may be held on its way.
func (n *network) carry(client, server net.Conn) {
	defer server.Close()
	buffer := make([]byte, 64<<10)
	for {
		size, err := client.Read(buffer)
		n.mu.Lock()
		holding := n.holding
		if holding != nil {
			n.held.Write(buffer[:size])
		}
		n.mu.Unlock()
		if holding != nil {
			<-holding
		}
		if _, writeErr := server.Write(buffer[:size]); err != nil || writeErr != nil {
			return
		}
	}
}

// hold holds what clients of the present connections send, until release.
func (n *network) hold() (release func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	holding := make(chan struct{})
	n.holding = holding
	return func() { close(holding) }
}

// awaitHeld waits until something is held: other connections of a client send, too.
func (n *network) awaitHeld(t *testing.T, something string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 2*time.Minute; time.Sleep(time.Millisecond) {
		n.mu.Lock()
		isHeld := bytes.Contains(n.held.Bytes(), []byte(something))
		n.mu.Unlock()
		if isHeld {
			return
		}
	}
	t.Fatalf("%s is not on its way", something)
}

// drop closes the connections on the clients' side, and lets through what later ones send.
func (n *network) drop() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.holding = nil
	for _, client := range n.clients {
		_ = client.Close()
	}
	n.clients = nil
}
