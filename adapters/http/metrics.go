package http

import (
	"fmt"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/ports"
)

const (
	metricsPath      = "/metrics"
	metricsOperation = "metrics"

	noMetrics = "this process shows metrics on its admin port alone, unless METRICS is set"
	// scrapesMax is how many scrapes are answered at once. Further ones are refused.
	scrapesMax = 4
)

var errScrapes = fmt.Errorf("%w: %d scrapes are being answered already",
	ports.ErrUnavailable, scrapesMax)

// addMetrics serves the metrics, whose form is Prometheus's and no part of the API's document.
func (s *Server) addMetrics() {
	scrape := wire.Probe(huma.Operation{OperationID: metricsOperation, Method: fiber.MethodGet})
	slots := make(chan struct{}, scrapesMax)
	s.route([]string{fiber.MethodGet, fiber.MethodHead}, metricsPath, metricsOperation,
		func(c *fiber.Ctx) { wire.Note(c, &scrape) },
		func(c *fiber.Ctx) error {
			isAdmin := c.Context().UserValue(adminPortKey{}) != nil
			if s.observer.Metrics == nil || !s.config.Metrics && !isAdmin {
				return wire.NotServed(noMetrics)
			}
			select {
			case slots <- struct{}{}:
				defer func() { <-slots }()
			default:
				return errScrapes
			}
			return s.showMetrics(c)
		})
}

// showMetrics makes the whole text before the first byte is sent, so that a slow client keeps
// nobody else from a slot.
func (s *Server) showMetrics(c *fiber.Ctx) error {
	contentType, text, err := s.observer.Metrics(c.Get(fiber.HeaderAccept))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, contentType)
	c.Context().Response.SetBodyRaw(text)
	return nil
}
