package http

import (
	"bytes"

	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/ports/budget"
)

// A held answer is a large one: its bytes are taken until the last one has been sent, or the
// client has gone.
type held struct {
	*bytes.Reader
	body    []byte
	account *budget.Account
}

// Close implements io.Closer. fasthttp calls it, however the sending ends.
func (h held) Close() error {
	h.account.Close()
	wire.Reuse(h.body)
	return nil
}

// hold leaves the account of a request with what its answer holds, and closes the account if that
// is little. A stream has an account of its own.
func hold(r *fasthttp.Response, account *budget.Account) {
	if r.IsBodyStream() || len(r.Body()) <= wire.CopiedMax {
		account.Close()
		return
	}
	body := r.Body() // Was handed over by send, so that it stays as it is.
	account.Hold(cap(body))
	r.SetBodyStream(held{bytes.NewReader(body), body, account}, len(body))
}
