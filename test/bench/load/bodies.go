package load

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/valyala/fasthttp"
)

const (
	bodiesMade = 4096
	users      = 1000
	skus       = 500
)

// Creations asks for new orders, of one to three lines by one of a thousand users. They are the
// same in each run, and made beforehand, so that making them is not measured.
func Creations(async bool) Ask {
	random := rand.New(rand.NewPCG(1, 2))
	bodies := make([][]byte, bodiesMade)
	for i := range bodies {
		bodies[i] = []byte(body(random))
	}
	return func(n uint64, r *fasthttp.Request) {
		r.Header.SetMethod(fasthttp.MethodPost)
		r.Header.SetContentType("application/json")
		if async {
			r.Header.Set("Prefer", "respond-async")
		}
		r.SetRequestURI("/commands/orders")
		r.SetBodyRaw(bodies[n%bodiesMade])
	}
}

func body(random *rand.Rand) string {
	items := make([]string, 1+random.IntN(3))
	for i := range items {
		items[i] = fmt.Sprintf(`{"sku":"sku_%03d","qty":%d,"price":%d.%02d}`,
			random.IntN(skus), 1+random.IntN(5), 1+random.IntN(900), random.IntN(100))
	}
	return fmt.Sprintf(`{"userId":"user_%04d","items":[%s]}`,
		random.IntN(users), strings.Join(items, ","))
}

// Gets asks for paths.
func Gets(path func(n uint64) string) Ask {
	return func(n uint64, r *fasthttp.Request) { r.SetRequestURI(path(n)) }
}
