package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
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
	url := "http://" + c.healthAddress() + "/health"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
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
	const local = "127.0.0.1"
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
