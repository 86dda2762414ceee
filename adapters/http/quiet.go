package http

import (
	"fmt"
	"log/slog"
)

// quiet keeps what fasthttp says of single connections for those who debug: each of their
// requests has its own line in the log.
type quiet struct{ log *slog.Logger }

// Printf implements fasthttp.Logger.
func (q quiet) Printf(format string, args ...any) { q.log.Debug(fmt.Sprintf(format, args...)) }
