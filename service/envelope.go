package service

import (
	"fmt"
	"net/url"
)

// checkEnvelope refuses what consumers would take for no address in an event.
func (c Config) checkEnvelope() error {
	if u, err := url.Parse(c.EventsSource); err != nil || u.String() != c.EventsSource {
		return fmt.Errorf("EVENTS_SOURCE %q is not a URI such as /orders or https://shop.example, "+
			"with special characters percent-encoded", c.EventsSource)
	}
	if !isBase(c.PublicURL) && c.PublicURL != "" {
		return fmt.Errorf("PUBLIC_URL %q is not a URL such as https://shop.example/orders, "+
			"without a login, a query or a fragment", c.PublicURL)
	}
	return nil
}

// isBase reports whether paths can be added to an address.
func isBase(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" &&
		address == u.Scheme+"://"+u.Host+u.EscapedPath()
}
