package http_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
)

// ends wants the connection to end without an answer that HTTP would have.
func ends(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	text, err := io.ReadAll(c)
	if errors.Is(err, os.ErrDeadlineExceeded) || strings.Contains(string(text), "HTTP") {
		t.Errorf("it goes on with %q, %v", text, err)
	}
}

// hello is the first message of a client.
func hello(t *testing.T) string {
	t.Helper()
	near, far := net.Pipe()
	defer far.Close()
	go func() { _ = tls.Client(near, clientTLS(t)).HandshakeContext(t.Context()) }()
	text := make([]byte, 64<<10)
	n, err := far.Read(text)
	if err != nil || n < 100 {
		t.Fatalf("the hello has %d bytes, %v", n, err)
	}
	return string(text[:n])
}

// A handshake has the time of a head, however it comes, and a connection that says nothing the time
// of any new one.
func TestTLSHandshakesThatDoNotArrive(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Slow(300 * time.Millisecond)
	l := serve(t, s)
	first := hello(t)
	for name, play := range map[string]func(net.Conn){
		"nothing":           func(net.Conn) {},
		"a byte":            func(c net.Conn) { fmt.Fprint(c, first[:1]) },
		"half of the hello": func(c net.Conn) { fmt.Fprint(c, first[:len(first)/2]) },
		"the hello only":    func(c net.Conn) { fmt.Fprint(c, first) },
		"byte after byte":   func(c net.Conn) { trickle(c, first, 1, 20*time.Millisecond) },
		"a handshake, no more": func(c net.Conn) {
			_ = tls.Client(c, clientTLS(t)).HandshakeContext(t.Context())
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := l.dialTCP(t)
			go play(c)
			ends(t, c)
		})
	}
	l.until(t, "all are gone", func() bool { return l.Conns() == 0 })
}

// A client cannot make the server keep more than some kilobytes before its handshake.
func TestTLSHandshakesAreBounded(t *testing.T) {
	l := listen(t, nil)
	c := l.dialTCP(t)
	record := "\x16\x03\x01\x40\x00" // A part of a handshake, of 16 KiB.
	fmt.Fprint(c, record+"\x01\x00\xff\xfc"+strings.Repeat("x", 16<<10-4))
	ends(t, c)
	l.until(t, "it is told", func() bool { return l.log.holds("the handshake of TLS is too long") })
}

// Whoever begins handshakes and does not go on makes room for others.
func TestTLSHandshakesMakeRoom(t *testing.T) {
	l := leisurely(t, 8, 4)
	first := hello(t)
	for n := range 8 {
		fmt.Fprint(l.dialTCP(t), first[:len(first)-n])
	}
	l.makesRoom(t)
	for range 50 { // Silent ones do so at once.
		l.dialTCP(t)
	}
	settle()
	answers(t, l.dial(t, ask), 1)[0].is(t, 200)
	if n := l.Conns(); n > 8 {
		t.Errorf("%d connections are open", n)
	}
}

// When it is full, whoever has a handshake in time is told. In a flood, others are not waited for.
func TestTLSRefusesWhenFull(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Limit(1, 1)
	s.Streams(1, 50*time.Millisecond, time.Second)
	l := serve(t, s)
	busy := l.open(t, show+"/stream")
	busy.next("")
	settle()
	refused := l.dial(t, ask)
	a := answers(t, refused, 1)[0]
	a.is(t, 503)
	a.has(t, `"code":"too-many-connections"`)
	hangsUp(t, refused)
	l.until(t, "it is logged", func() bool { return len(l.logged(t, "mine")) == 1 })
	_ = refused.Close()
	settle()
	silent := l.dialTCP(t) // It takes the one place where requests are read to be refused.
	settle()
	for range 20 {
		if err := tls.Client(l.dialTCP(t), clientTLS(t)).HandshakeContext(t.Context()); err == nil {
			t.Error("it was waited for")
		}
	}
	l.until(t, "they are counted", func() bool { return l.log.holds("Connections were refused") })
	_ = silent.Close()
	busy.close()
	l.until(t, "there is room", func() bool { return l.Conns() == 0 })
	answers(t, l.dial(t, ask), 1)[0].is(t, 200)
}

// throttled writes so many bytes at a time, with a rest between them.
type throttled struct {
	net.Conn
	piece int
	rest  time.Duration
}

func (c throttled) Write(p []byte) (int, error) {
	trickle(c.Conn, string(p), c.piece, c.rest)
	return len(p), nil
}

// A slow client is steady, however long each of its records takes.
func TestTLSRecordsMayTakeLong(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Slow(300 * time.Millisecond)
	l := serve(t, s)
	body := mouse + strings.Repeat(" ", 8000-len(mouse))
	served(t, 201, func() answer {
		slow := throttled{l.dialTCP(t), 1 << 20, 0}
		c := tls.Client(&slow, clientTLS(t))
		fmt.Fprintf(c, "%sContent-Length: %d\r\n\r\n", post, len(body))
		slow.piece, slow.rest = 100, 25*time.Millisecond // 4 000 bytes a second, so 2 s in all.
		fmt.Fprint(c, body)
		return answers(t, c, 1)[0]
	})
}

// A shutdown does not wait for handshakes.
func TestTLSShutdown(t *testing.T) {
	l := listen(t, nil)
	first := hello(t)
	for n := range 5 {
		fmt.Fprint(l.dialTCP(t), first[:n*len(first)/4])
	}
	l.until(t, "all are there", func() bool { return l.Conns() == 5 })
	began := time.Now()
	if err := l.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("the shutdown took %s", took)
	}
}
