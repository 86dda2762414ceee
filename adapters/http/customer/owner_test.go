package customer

import (
	"context"
	"log/slog"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/ports"
	"orders/ports/customer"
)

// named accepts a token that names a subject and, after a slash, what its scope is of orders.
type named struct{}

func (named) Authenticate(_ context.Context, token string) (ports.Identity, error) {
	subject, scope, _ := strings.Cut(token, "/")
	return ports.Identity{
		Actor:  ports.Actor{Subject: subject, Issuer: "https://id.example"},
		Scopes: []string{"orders:" + scope},
	}, nil
}

// asked counts how often a summary is read.
type asked int

func (a *asked) Summary(context.Context, string) (customer.Summary, error) {
	*a++
	return customer.Summary{}, nil
}

// A user's summary is for that user and for staff. Nothing is read for others, so that they learn
// nothing of who is a user.
func TestASummaryIsForItsUser(t *testing.T) {
	reads := new(asked)
	s := http.New(http.Config{}, http.Parts{Tokens: named{}, Operations: []func(huma.API){
		func(api huma.API) { Add(api, reads) },
	}}, slog.New(slog.DiscardHandler))
	for _, tt := range []struct {
		token, user   string
		status, reads int
	}{
		{"ann/read", "ann", 200, 1}, {"ann/write", "%61nn", 200, 1},
		{"staff/manage", "ann", 200, 1}, {"staff/manage", "nobody", 200, 1},
		{"ann/read", "bob", 403, 0}, {"ann/write", "nobody", 403, 0},
		{"ann/read", "ANN", 403, 0}, {"ann/read", "ann%20", 403, 0},
		{"ann/admin", "ann", 403, 0}, {"ann", "ann", 403, 0},
		{"ann/read", "%00", 400, 0}, {"ann/read", "bob?x=1", 400, 0},
	} {
		*reads = 0
		path, query, _ := strings.Cut(tt.user, "?")
		req := httptest.NewRequestWithContext(t.Context(), nethttp.MethodGet,
			"/queries/users/"+path+"/summary?"+query, nethttp.NoBody)
		req.Header.Set("Authorization", "Bearer "+tt.token)
		res, err := s.Test(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != tt.status || int(*reads) != tt.reads {
			t.Errorf("%s asks for %s: status %d after %d reads, want %d after %d",
				tt.token, tt.user, res.StatusCode, *reads, tt.status, tt.reads)
		}
		challenge := res.Header.Get("WWW-Authenticate")
		isConfined := strings.Contains(tt.token, "read") || strings.Contains(tt.token, "write")
		if tt.status == 403 && isConfined && !strings.Contains(challenge, `scope="orders:manage"`) {
			t.Errorf("%s asks for %s: %s", tt.token, tt.user, challenge)
		}
	}
}
