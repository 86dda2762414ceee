package http_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
)

// costs answers a request, and returns how many bytes were allocated for that.
func (s *service) costs(path, body string) (allocated int, answer string) {
	c := new(fasthttp.RequestCtx)
	c.Request.Header.SetMethod("POST")
	c.Request.Header.SetContentType("application/json")
	c.Request.SetRequestURI(path)
	c.Request.SetBodyString(body)
	handle := s.Handler()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	handle(c)
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc), string(c.Response.Body())
}

// swollen are bodies of which a decoder could make much more than they are. Each begins like one of
// the operation.
func swollen(begin string) map[string]string {
	list := func(element string) string {
		n := 1_000_000 / (len(element) + 1)
		return `"items":[` + strings.Repeat(element+",", n-1) + element + "]"
	}
	var names []string
	for i := range 95_000 {
		names = append(names, fmt.Sprintf(`"%x":0`, i))
	}
	many := strings.Join(names, ",")
	few := strings.Join(names[:90], ",")
	return map[string]string{
		begin + list("{}") + `}`:                                          `"must hold at most 500`,
		begin + list(`{"sku":"sku_1"}`) + `}`:                             `"must hold at most 500`,
		`{` + many + `}`:                                                  tooManyNames,
		`{"x":[{` + many + `}]}`:                                          tooManyNames,
		`{"items":[{` + many + `}]}`:                                      tooManyNames,
		`{"items":[` + list("0")[9:] + `,"x":{` + few + `}}`:              `"must be an object"`,
		strings.Repeat(`{`+few+`,"x":`, 1000) + strings.Repeat("}", 1000): tooManyNames,
	}
}

const tooManyNames = `"must hold at most 1000 names, with the objects around it"`

// A body may hold many names, as long as they are not in one object.
func TestManyNamesInManyObjects(t *testing.T) {
	s := start(t)
	line := func(i int) string {
		return fmt.Sprintf(`{"sku":"s%d","qty":1,"price":1,"a":{"b":{"c":0}},"d":":::"}`, i)
	}
	items := line(0)
	for i := range 499 {
		items += "," + line(i+1)
	}
	s.ask(t, "POST", place, `{"userId":"u","items":[`+items+`]}`).is(t, 201)
	names := `"userId":"u","items":[` + line(0) + `]`
	for i := range 998 {
		names += fmt.Sprintf(`,"n%d":0`, i)
	}
	s.ask(t, "POST", place, `{`+names+`}`).is(t, 201)
	s.ask(t, "POST", place, `{`+names+`,"one":"more"}`).has(t, tooManyNames)
}

func TestABodyIsDecodedIntoLittleMoreThanItself(t *testing.T) {
	s := start(t)
	id := s.order(t)
	for path, begin := range map[string]string{
		place: `{"userId":"u",`, place + "/" + id + "/items": `{`,
		place + "/" + id + "/shipments": `{"shipmentId":"s",`,
	} {
		s.costs(path, "{}") // For what is made once.
		for body, want := range swollen(begin) {
			allocated, answer := s.costs(path, body)
			if !strings.Contains(answer, want) {
				t.Errorf("%s: %.40s is answered %.300s", path, body, answer)
			}
			if most := 4 * len(body); allocated > most {
				t.Errorf("%s: %d bytes %.40s made %d", path, len(body), body, allocated)
			}
		}
	}
}
