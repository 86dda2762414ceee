package wire_test

import (
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

func TestWhatTheLogSaysOfAPath(t *testing.T) {
	private := wire.PrivatePathsOf(&huma.OpenAPI{Paths: map[string]*huma.PathItem{
		"/queries/users/{userId}/summary":   nil,
		"/queries/orders/{orderId}/history": nil,
		"/queries/orders":                   nil,
	}})
	const whole, part = "/queries/users/{userId}/summary", "/queries/users/{userId}"
	for asked, want := range map[string]string{
		"/queries/users/ann@x.de/summary":      whole,
		"/queries/users/ann%40x.de/summary/":   whole,
		"/QUERIES/Users/ann/SUMMARY":           whole,
		"/shop/v1/queries/users/ann/summary":   whole,
		"//y//queries///users//ann//summary":   whole,
		"/%71ueries/%75sers/ann/summar%79":     whole,
		"/queries%2Fusers%2fann/summary":       whole,
		"/queries%252Fusers%25252Fann/summary": whole,
		"/queries/users/an%2Fn/summary":        whole,
		"/queries/users/a%zz/summary":          whole,
		"/queries/./users/x/../ann/summary":    whole,
		"/queries/x/../users/ann":              part,
		"/queries/users/ann/..":                part,
		"/queries\\users\\ann":                 part,
		"/queries/users/ann":                   part,
		"/queries/users/ann/x/y":               part,
		"/queries/users":                       "/queries/users",
		"/queries/users/":                      "/queries/users/",
		"/queries/orders/users/history":        "/queries/orders/users/history",
		"/queries/orders/ORD%5Faa/history":     "/queries/orders/ORD%5Faa/history",
		"/users/ann":                           "/users/ann", "": "", "*": "*", "/": "/",
	} {
		if got := private.Hide(asked); got != want {
			t.Errorf("%s is logged as %s, want %s", asked, got, want)
		}
	}
}

func BenchmarkHide(b *testing.B) {
	private := wire.PrivatePathsOf(&huma.OpenAPI{Paths: map[string]*huma.PathItem{
		"/queries/users/{userId}/summary": nil,
	}})
	b.ReportAllocs()
	for b.Loop() {
		private.Hide("/commands/orders/ord_aaaaaaaaaaaaaaaaaaaaaaaaaa/confirm")
	}
}
