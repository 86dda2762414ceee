package brokers_test

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"orders/test/process"
)

// A proxy passes connections on to a broker, and cuts them when told to.
type proxy struct {
	port     int
	listener net.Listener

	mu    sync.Mutex
	to    string // The broker's address.
	conns map[*proxied]bool
	cuts  int
}

// A proxied connection may have a number of bytes left that it passes on to the broker.
type proxied struct {
	client, broker net.Conn
	left           int // Negative for any number.
}

// newProxy returns a proxy to a broker that sendTo names later.
func newProxy(t *testing.T) *proxy {
	t.Helper()
	p := &proxy{port: process.FreePort(), conns: map[*proxied]bool{}}
	var err error
	p.listener, err = new(net.ListenConfig).Listen(
		context.Background(), "tcp", process.Address(p.port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.cutAfter(0)
	})
	go func() {
		for {
			client, err := p.listener.Accept()
			if err != nil {
				return
			}
			go p.pass(client)
		}
	}()
	return p
}

func (p *proxy) sendTo(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.to = address
}

func (p *proxy) pass(client net.Conn) {
	p.mu.Lock()
	to := p.to
	p.mu.Unlock()
	broker, err := new(net.Dialer).DialContext(context.Background(), "tcp", to)
	if err != nil {
		_ = client.Close()
		return
	}
	c := &proxied{client, broker, -1}
	p.mu.Lock()
	p.conns[c] = true
	p.mu.Unlock()
	go func() {
		_, _ = io.Copy(client, broker)
		p.cut(c)
	}()
	_, _ = io.Copy(counted{p, c}, client)
	p.cut(c)
}

// cutAfter ends each connection of now once so many more bytes have gone to the broker.
func (p *proxy) cutAfter(bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		if c.left = bytes; bytes == 0 {
			c.end()
		}
	}
}

func (p *proxy) cut(c *proxied) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
	c.end()
}

// end ends a connection at once, with what is under way.
func (c *proxied) end() {
	for _, side := range []net.Conn{c.client, c.broker} {
		if tcp, is := side.(*net.TCPConn); is {
			_ = tcp.SetLinger(0)
		}
		_ = side.Close()
	}
}

// counted writes to the broker as long as bytes are left.
type counted struct {
	*proxy
	c *proxied
}

func (w counted) Write(b []byte) (int, error) {
	w.mu.Lock()
	isCut := w.c.left >= 0 && w.c.left < len(b)
	if isCut {
		b = b[:w.c.left]
		w.cuts++
	}
	if w.c.left >= 0 {
		w.c.left -= len(b)
	}
	w.mu.Unlock()
	n, err := w.c.broker.Write(b)
	if isCut {
		return n, io.ErrShortWrite
	}
	return n, err
}

// cutWithin is how many connections were cut within what they wrote.
func (p *proxy) cutWithin() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}
