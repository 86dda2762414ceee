package http

import (
	"fmt"
	"log/slog"
)

// A debugLogger logs what fasthttp reports about single connections at the level debug. The access
// log already has a line for each of their requests.
type debugLogger struct{ log *slog.Logger }

// Printf implements fasthttp.Logger.
func (d debugLogger) Printf(format string, args ...any) {
	d.log.Debug(fmt.Sprintf(format, args...))
}
