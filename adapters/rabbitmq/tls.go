package rabbitmq

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	neturl "net/url"
	"os"
	"strconv"

	amqp "github.com/rabbitmq/amqp091-go"
)

// A secure adds TLS to a socket, or nothing.
type secure func(context.Context, net.Conn) (net.Conn, error)

// withoutTLS returns a URL by which the library adds no TLS, as its frames are to be seen, with
// the address of the broker and what adds TLS instead, as the library would by the first URL.
func withoutTLS(url string) (plain, address string, add secure, err error) {
	uri, err := amqp.ParseURI(url)
	if err != nil {
		return "", "", nil, err
	}
	address = net.JoinHostPort(uri.Host, strconv.Itoa(uri.Port))
	if uri.Scheme != "amqps" {
		none := func(_ context.Context, socket net.Conn) (net.Conn, error) { return socket, nil }
		return url, address, none, nil
	}
	config, err := tlsConfig(uri)
	if err != nil {
		return "", "", nil, err
	}
	u, err := neturl.Parse(url)
	if err != nil {
		return "", "", nil, err
	}
	u.Scheme = "amqp"
	return u.String(), address, func(ctx context.Context, socket net.Conn) (net.Conn, error) {
		client := tls.Client(socket, config)
		return client, client.HandshakeContext(ctx)
	}, nil
}

// tlsConfig is what a URL of amqps asks for.
func tlsConfig(uri amqp.URI) (*tls.Config, error) {
	config := &tls.Config{
		ServerName: cmp.Or(uri.ServerName, uri.Host), MinVersion: tls.VersionTLS12,
	}
	if uri.CACertFile != "" {
		text, err := os.ReadFile(uri.CACertFile)
		if err != nil {
			return nil, fmt.Errorf("read the cacertfile: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(text)
	}
	if uri.CertFile != "" && uri.KeyFile != "" {
		own, err := tls.LoadX509KeyPair(uri.CertFile, uri.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("load the certfile and keyfile: %w", err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	return config, nil
}
