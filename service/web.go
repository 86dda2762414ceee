package service

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"orders/adapters/http"
	"orders/adapters/http/forwarded"
)

// basePathForm allows segments of characters that no proxy rewrites.
var basePathForm = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)*$`)

// web returns c with its settings for proxies and browsers in canonical form.
func (c Config) web() (Config, error) {
	path := strings.TrimSuffix(strings.TrimSpace(c.BasePath), "/")
	for _, segment := range strings.Split(path, "/") {
		if !basePathForm.MatchString(path) || segment == "." || segment == ".." {
			return c, fmt.Errorf("BASE_PATH %q is not a path such as /shop", c.BasePath)
		}
	}
	c.BasePath = path
	var origins []string
	for _, given := range c.Origins {
		origin := strings.ToLower(strings.TrimSpace(given))
		switch {
		case origin == "":
			continue
		case origin != "*" && !isOrigin(origin):
			return c, fmt.Errorf("CORS_ORIGINS %q is not an origin such as "+
				"https://shop.example:8443, without a path and the usual port, or * for all", given)
		}
		origins = append(origins, origin)
	}
	if slices.Contains(origins, "*") && len(origins) > 1 {
		return c, errors.New("CORS_ORIGINS has * for all origins, and others as well")
	}
	c.Origins = origins
	if _, err := forwarded.Networks(c.TrustedProxies); err != nil {
		return c, fmt.Errorf("TRUSTED_PROXIES %w", err)
	}
	if c.ForwardedHeader == forwarded.Forwarded && len(c.TrustedProxies) == 0 {
		return c, errors.New("FORWARDED_HEADER has no effect without TRUSTED_PROXIES: " +
			"set it, or neither")
	}
	return c.hosts()
}

// limits are those of each caller.
func (c Config) limits() http.Limits {
	trusted, _ := forwarded.Networks(c.TrustedProxies) // Checked by web.
	return http.Limits{
		Rates:   c.RateLimit,
		Proxies: forwarded.Proxies{Header: c.ForwardedHeader, Trusted: trusted},
	}
}

// hostName is a name for DNS.
var hostName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$`)

// hosts returns c with the addresses of both ports in canonical form.
func (c Config) hosts() (Config, error) {
	var err error
	if c.Host, err = hostOf("HOST", c.Host); err == nil {
		c.AdminHost, err = hostOf("ADMIN_HOST", c.AdminHost)
	}
	return c, err
}

// hostOf returns an address or a name without the brackets that an IPv6 address may have.
func hostOf(variable, given string) (string, error) {
	host := strings.TrimSpace(given)
	if inner, found := strings.CutPrefix(host, "["); found && strings.HasSuffix(inner, "]") {
		host = strings.TrimSuffix(inner, "]")
	}
	_, err := netip.ParseAddr(host)
	if err != nil && host != "" && !hostName.MatchString(host) {
		return "", fmt.Errorf("%s %q is not an address such as 127.0.0.1 or ::1, without a "+
			"port; 0.0.0.0 means all", variable, given)
	}
	return host, nil
}

// isOrigin reports whether text is an origin as browsers send it, without the default port.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || !hostForm.MatchString(u.Host) {
		return false
	}
	number, err := strconv.Atoi(u.Port())
	usual := map[string]int{"http": 80, "https": 443}[u.Scheme]
	proper := u.Port() == "" || err == nil && 0 < number && number < 65536 && number != usual &&
		strconv.Itoa(number) == u.Port()
	return text == u.Scheme+"://"+u.Host && proper
}

var hostForm = regexp.MustCompile(`^([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[0-9]+)?$`)
