package service

import (
	"cmp"
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
	switch err := c.checkPort(); {
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
	if c.AdminPort == 0 {
		return net.JoinHostPort(local, strconv.Itoa(c.Port))
	}
	host := cmp.Or(c.AdminHost, local)
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = local
	}
	return net.JoinHostPort(host, strconv.Itoa(c.AdminPort))
}
