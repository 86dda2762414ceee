package http

import (
	"context"
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/socket"
	"orders/ports/budget"
)

const (
	// bodyFirst is how much memory a body gets at first.
	bodyFirst = 4 << 10
	// bodyFree is how much of a body the server holds without asking the budget.
	bodyFree = 64 << 10
)

// oversize marks a request that announces too large a body. No client can send a header with a
// blank in its name.
const oversize = "Body Too Large"

// bodies receives the bodies of requests.
type bodies struct {
	budget *budget.Budget   // The share for bodies that are being received.
	first  socket.Allowance // What each body begins with.
}

// announce looks at the head of a request before fasthttp reads its body. The server refuses a body
// that is announced to be too large without reading it.
func (b *bodies) announce(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	switch length := h.ContentLength(); {
	case length > bodyMax:
		h.Del(fiber.HeaderExpect)
		h.Set(oversize, "true")
		h.SetContentLength(0)
	case length > 0 || length == -1:
		return fasthttp.RequestConfig{ReadTimeout: b.first.Left}
	}
	return fasthttp.RequestConfig{}
}

// receive reads the body of a request, with memory that grows as it arrives, and hands it to the
// request. The account then holds it. After an error the server closes the connection, as it cannot
// know where the next request begins.
func (b *bodies) receive(c *fasthttp.RequestCtx, account *budget.Account) error {
	if c.Request.Header.Peek(oversize) != nil {
		return refuseBody(c, fiber.ErrRequestEntityTooLarge)
	}
	stream := c.RequestBodyStream()
	if stream == nil {
		return nil
	}
	one := body{announced: c.Request.Header.ContentLength()}
	_, one.account = b.budget.Open(context.Background())
	defer one.account.Close()
	defer socket.BeginBody(c.Conn(), b.first)()
	if err := one.read(stream); err != nil {
		return refuseBody(c, err)
	}
	if cap(one.text) > bodyFree {
		one.account.Close()
		account.Hold(cap(one.text))
	}
	c.Request.SetBodyRaw(one.text)
	if len(one.text) == 0 {
		c.Request.Header.SetContentLength(0)
	}
	return nil
}

// skip reads over a body that nobody wants, if it is short. The server leaves a longer one unread,
// and closes the connection behind the answer: so it costs no memory, whoever sends it.
func (b *bodies) skip(c *fasthttp.RequestCtx) error {
	announced := c.Request.Header.ContentLength()
	switch {
	case c.Request.Header.Peek(oversize) != nil:
		return refuseBody(c, fiber.ErrRequestEntityTooLarge)
	case c.RequestBodyStream() == nil, announced > bodyFirst:
		return nil
	}
	defer socket.BeginBody(c.Conn(), b.first)()
	n, err := io.CopyN(io.Discard, c.RequestBodyStream(), bodyFirst+1)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, io.EOF), announced >= 0 && n < int64(announced):
		return refuseBody(c, err)
	}
	c.Request.SetBodyRaw(nil)
	c.Request.Header.SetContentLength(0)
	return nil
}

func refuseBody(c *fasthttp.RequestCtx, err error) error {
	socket.Linger(c.Conn())
	c.SetConnectionClose()
	refusal := socket.Refusal(c.Conn())
	switch {
	case refusal != nil:
		return framingProblem(refusal)
	case errors.Is(err, budget.ErrSpent), errors.Is(err, fiber.ErrRequestEntityTooLarge):
		return err
	case socket.IsLate(c.Conn()):
		return fiber.ErrRequestTimeout
	}
	return unreadableProblem(err)
}

// A body is being received.
type body struct {
	text      []byte
	announced int // Its Content-Length; -1 if there is none.
	account   *budget.Account
}

func (b *body) read(from io.Reader) error {
	for {
		if len(b.text) == cap(b.text) {
			if err := b.grow(); err != nil {
				return err
			}
		}
		n, err := from.Read(b.text[len(b.text):cap(b.text)])
		b.text = b.text[:len(b.text)+n]
		switch {
		case len(b.text) > bodyMax:
			return fiber.ErrRequestEntityTooLarge
		case errors.Is(err, io.EOF) && (b.announced < 0 || len(b.text) == b.announced):
			return nil
		case err != nil:
			return err
		}
	}
}

// grow doubles the memory, up to what the body can need and one byte more: a reader may report the
// end only when it is asked for another byte. The server takes bytes from the budget as they
// arrive, although a body that holds some may have to wait for more. Otherwise clients that
// announce much and send nothing would use the budget up.
func (b *body) grow() error {
	most := bodyMax + 1
	if b.announced >= 0 {
		most = b.announced + 1
	}
	had := cap(b.text)
	size := min(max(2*had, bodyFirst), most)
	if size > bodyFree {
		if err := b.account.Take(context.Background(), size); err != nil {
			return err
		}
	}
	larger := make([]byte, len(b.text), size)
	copy(larger, b.text)
	b.text = larger
	if had > bodyFree {
		b.account.Give(had)
	}
	return nil
}
