package http

import (
	"bytes"

	"github.com/valyala/fasthttp"

	"orders/adapters/http/wire"
	"orders/ports/budget"
)

// A largeAnswer keeps its bytes in the account until the server has sent the last one, or the
// client has gone.
type largeAnswer struct {
	*bytes.Reader
	body    []byte
	account *budget.Account
}

// Close implements io.Closer. fasthttp calls it, however the sending ends.
func (a largeAnswer) Close() error {
	a.account.Close()
	wire.Reuse(a.body)
	return nil
}

// keepAccount charges the account of a request with its answer until that is sent. It closes the
// account at once if the answer is small. A stream has an account of its own.
func keepAccount(r *fasthttp.Response, account *budget.Account) {
	if r.IsBodyStream() || len(r.Body()) <= wire.CopiedMax {
		account.Close()
		return
	}
	body := r.Body() // The encoder handed it over, so nobody changes it.
	account.Hold(cap(body))
	r.SetBodyStream(largeAnswer{bytes.NewReader(body), body, account}, len(body))
}
