package tracing

import (
	"context"
	"fmt"
	nethttp "net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

const placing = "POST /commands/orders"

// issuer accepts one token.
type issuer struct{}

func (issuer) Authenticate(_ context.Context, token string) (ports.Identity, error) {
	if token != "good" {
		return ports.Identity{}, &ports.TokenError{Reason: "it is not good"}
	}
	return ports.Identity{
		Actor: ports.Actor{Subject: "ann"}, Scopes: []string{"orders:manage"},
		Expires: time.Now().Add(time.Hour),
	}, nil
}

// A client that waits with its body has one span, also if nobody wants the body.
func TestARequestThatIsRefusedBeforeItsBodyHasASpan(t *testing.T) {
	r := newRig(t)
	r.parts.Tokens = issuer{}
	r.serve(http.Config{Address: "127.0.0.1:0"})
	r.listen(t)
	for token, status := range map[string]int{"good": 201, "bad": 401} {
		r.kept.Reset()
		req, err := nethttp.NewRequestWithContext(t.Context(), nethttp.MethodPost,
			"http://"+r.Addr().String()+"/commands/orders", strings.NewReader(mouse))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{
			"Authorization": "Bearer " + token, "Expect": "100-continue", "traceparent": client,
			"Content-Type": "application/json", "Prefer": "respond-async",
		} {
			req.Header.Set(name, value)
		}
		res, err := nethttp.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		s := r.span(t, placing)
		all := slices.Sorted(slices.Values(names(r.spans())))
		if got := value(s, "http.response.status_code"); got != fmt.Sprint(res.StatusCode) ||
			res.StatusCode != status || s.Parent.SpanID().String() != span1 ||
			len(slices.Compact(all)) != len(r.spans()) {
			t.Errorf("with a %s token: %s, %q", token, got, all)
		}
	}
}
