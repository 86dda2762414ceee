package http_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

// brief accepts each token for a moment.
type brief struct{ tokens }

const moment = 200 * time.Millisecond

func (b *brief) Authenticate(ctx context.Context, token string) (ports.Identity, error) {
	id, err := b.tokens.Authenticate(ctx, token)
	id.Expires = time.Now().Add(moment)
	return id, err
}

// A token that expires while the body comes changes nothing.
func TestATokenThatExpiresWhileTheBodyComes(t *testing.T) {
	for _, expect := range []string{"", "Expect: 100-continue\r\n"} {
		s := startAs(t, http.Config{Address: "127.0.0.1:0"}, func(p *http.Parts) {
			p.Tokens = &brief{}
		})
		l := serve(t, s)
		c := l.dial(t, fmt.Sprintf("%sAuthorization: Bearer %s\r\n%sContent-Length: %d\r\n\r\n",
			post, tokenOf("user_123", "orders:write"), expect, len(mouse)))
		body := mouse
		if expect != "" {
			answers(t, c, 1)[0].is(t, 100)
		} else {
			_, _ = io.WriteString(c, body[:1])
			body = body[1:]
		}
		time.Sleep(2 * moment)
		_, _ = io.WriteString(c, body)
		a := answers(t, c, 1)[0]
		a.is(t, 401)
		a.header(t, "WWW-Authenticate", invalid+`the token has expired while the body came"`)
	}
}
