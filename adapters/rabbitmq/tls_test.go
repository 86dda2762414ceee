package rabbitmq_test

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orders/adapters/rabbitmq"
	"orders/test/certs"
	"orders/test/rabbittest"
)

// A URL of amqps is one of TLS, with a certificate that it names.
func TestTLS(t *testing.T) {
	url := rabbittest.URL(t)
	_, rest, _ := strings.Cut(url, "@")
	address, _, _ := strings.Cut(rest, "/")
	authority := certs.New(t)
	pair := authority.Issue(t, certs.Usual)
	own, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0",
		&tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go carryAll(listener, address)
	url = strings.Replace(strings.Replace(url, address, listener.Addr().String(), 1),
		"amqp://", "amqps://", 1)
	stranger := open(t, rabbitmq.Config{URL: url})
	if _, err := stranger.Topic(t.Context(), ""); err == nil ||
		!strings.Contains(err.Error(), "certificate") {
		t.Errorf("a broker with a certificate of nobody: %v", err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pair.Cert, 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, rabbitmq.Config{URL: url + "?cacertfile=" + file})
	id, begin := b.made(t)
	if err := b.Publish(t.Context(), commit(orderID(1), 1)); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, orderID(1), b.read(t, id, begin)[orderID(1)], 1)
}

// carryAll carries connections to an address.
func carryAll(listener net.Listener, address string) {
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
		go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
		go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
	}
}
