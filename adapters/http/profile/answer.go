package profile

import (
	"bytes"
	"errors"
	nethttp "net/http"
)

// bytesMax bounds what one profile may hold in memory.
const bytesMax = 64 << 20

var errFull = errors.New("the profile is too large")

// An answer is what a handler of net/http writes.
type answer struct {
	header nethttp.Header
	status int
	body   bytes.Buffer
	full   bool // Something was left out.
}

// Header implements http.ResponseWriter.
func (a *answer) Header() nethttp.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	if a.full = a.full || a.body.Len()+len(p) > bytesMax; a.full {
		return 0, errFull
	}
	return a.body.Write(p)
}
