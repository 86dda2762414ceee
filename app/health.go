package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Healthcheck asks the service on this machine whether it is well. It is what a container
// without a shell uses.
func Healthcheck(ctx context.Context, c Config) error {
	switch err := c.checkPort(); {
	case err != nil:
		return err
	case c.Port == 0:
		return errors.New("PORT 0 lets the system choose a port, so nobody else knows it")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	url := fmt.Sprintf("http://127.0.0.1:%d/health", c.Port)
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
