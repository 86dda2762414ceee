package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"orders/adapters/http/certificate"
)

// Healthcheck asks the service on this machine whether it is healthy, on its admin port if it has
// one. Containers without a shell use it.
func Healthcheck(ctx context.Context, c Config) error {
	c, err := c.hosts()
	if err == nil {
		err = c.checkPort()
	}
	switch {
	case err != nil:
		return err
	case c.Port == 0:
		return errors.New("PORT 0 lets the system choose a port, so nobody else knows it")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	client, scheme, err := c.healthClient()
	if err != nil {
		return err
	}
	url := scheme + c.healthAddress() + "/health"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, res.Status)
	}
	return nil
}

// healthAddress is the address of the service for clients on this machine.
func (c Config) healthAddress() string {
	host, port := c.AdminHost, c.AdminPort
	if port == 0 {
		host, port = c.Host, c.Port
	}
	ip := net.ParseIP(host)
	if host == "" || ip.Equal(net.IPv4zero) || ip.Equal(net.IPv6unspecified) {
		host = local
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// healthClient returns a client for the port that is asked, and the scheme of its URLs. With TLS
// the client trusts the certificate of this configuration and no other, whatever its dates and its
// names are: the client asks by an address.
func (c Config) healthClient() (client *http.Client, scheme string, err error) {
	if c.TLSCert == "" || c.AdminPort != 0 && !c.adminIsSecure() {
		return http.DefaultClient, "http://", nil
	}
	leaf, err := certificate.Read(c.TLSCert)
	if err != nil {
		return nil, "", fmt.Errorf("TLS_CERT: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	trusting := &tls.Config{
		MinVersion: tls.VersionTLS12, RootCAs: roots, ServerName: nameIn(leaf),
		Time: func() time.Time { return leaf.NotBefore },
	}
	transport := &http.Transport{TLSClientConfig: trusting, DisableKeepAlives: true}
	return &http.Client{Transport: transport}, "https://", nil
}

// nameIn returns a name that the certificate is for.
func nameIn(leaf *x509.Certificate) string {
	for _, address := range leaf.IPAddresses {
		return address.String()
	}
	for _, name := range leaf.DNSNames {
		return name
	}
	return ""
}
