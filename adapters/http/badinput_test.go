package http_test

import (
	"fmt"
	"strings"
	"testing"
)

// bodies are the commands with content, by their path below the order's. In each, %s stands for
// its fields.
var bodies = map[string]struct{ path, body string }{
	"create":    {"", `{"userId":"u","currency":"%s","items":[%s]}`},
	"items":     {"/items", `{"items":[%s]}`},
	"authorize": {"/payments/authorize", `{"paymentId":%s,"amount":%s}`},
	"capture":   {"/payments/capture", `{"paymentId":%s,"amount":%s}`},
	"refund":    {"/payments/refund", `{"paymentId":%s,"refundId":"r","amount":%s}`},
	"ship":      {"/shipments", `{"shipmentId":"s","items":[%s]}`},
}

// refuses wants a 400 that names the field, and an order as it was.
func (s *service) refuses(t *testing.T, id, path, body, field string) {
	t.Helper()
	before := len(s.commits(t, id))
	a := s.ask(t, "POST", place+path, body)
	if a.StatusCode != 400 || !strings.Contains(a.text, `"issues":[{"path":`+field+`,`) {
		t.Errorf("%s %.80s got %d %.300s, want an issue with %s",
			path, body, a.StatusCode, a.text, field)
	}
	if after := len(s.commits(t, id)); after != before {
		t.Errorf("%s %.80s was recorded", path, body)
	}
}

func (s *service) placed(t *testing.T, currency string) string {
	t.Helper()
	a := s.ask(t, "POST", place, item(currency, "1000000", "900000"))
	a.is(t, 201)
	return a.id()
}

func TestWrongQuantities(t *testing.T) {
	s := start(t)
	id := s.placed(t, "USD")
	for _, qty := range []string{
		"0", "-0", "0.0", "-1", "-0.5", "1.5", "1000000.1", "1000001", "1e7", "1e400", "1e-400",
		"9223372036854775808", "-9223372036854775809", "1e99999999999999999999",
		strings.Repeat("9", 1000),
	} {
		line := `{"sku":"s","qty":` + qty + `,"price":1}`
		s.refuses(t, id, "", fmt.Sprintf(bodies["create"].body, "USD", line),
			`["items",0,"qty"]`)
		for command, line := range map[string]string{
			"items": line, "ship": `{"sku":"s","qty":` + qty + `}`,
		} {
			body := fmt.Sprintf(bodies[command].body, line)
			s.refuses(t, id, "/"+id+bodies[command].path, body, `["items",0,"qty"]`)
		}
	}
}

func TestWrongAmounts(t *testing.T) {
	s := start(t)
	for currency, amounts := range map[string][]string{
		"USD": {
			"0", "-0", "0.00", "-1", "-0.01", "0.001", "10.999", "1e-3", "1e400", "1e-400",
			"9999999999999.995", "10000000000000", "1e13", "92233720368547758.08",
			"1e99999999999999999999", strings.Repeat("9", 1000),
		},
		"JPY": {"0", "0.5", "1.01", "1e-1", "1000000000000000"},
		"KWD": {"0", "0.0001", "1.2345", "1000000000000"},
	} {
		id := s.placed(t, currency)
		for _, amount := range amounts {
			line := `{"sku":"s","qty":1,"price":` + amount + `}`
			s.refuses(t, id, "", fmt.Sprintf(bodies["create"].body, currency, line),
				`["items",0,"price"]`)
			s.refuses(t, id, "/"+id+"/items", `{"items":[`+line+`]}`, `["items",0,"price"]`)
			for _, command := range []string{"authorize", "capture", "refund"} {
				body := fmt.Sprintf(bodies[command].body, `"p"`, amount)
				s.refuses(t, id, "/"+id+bodies[command].path, body, `["amount"]`)
			}
		}
	}
}

func TestWrongNames(t *testing.T) {
	s := start(t)
	id := s.placed(t, "USD")
	for _, name := range []string{
		`""`, `"\u0000"`, `"a\nb"`, `"\u007f"`, `"\u0085"`, `1`, `null`, `["p"]`, `{}`, `true`,
		`"` + strings.Repeat("é", 129) + `"`, `"` + strings.Repeat("x", 1_000_000) + `"`,
	} {
		line := `{"sku":` + name + `,"qty":1,"price":1}`
		s.refuses(t, id, "", `{"items":[`+line+`],"userId":"u"}`, `["items",0,"sku"]`)
		s.refuses(t, id, "", `{"userId":`+name+`,"items":[`+item1+`]}`, `["userId"]`)
		s.refuses(t, id, "/"+id+"/items", `{"items":[`+line+`]}`, `["items",0,"sku"]`)
		for _, command := range []string{"authorize", "capture", "refund"} {
			body := fmt.Sprintf(bodies[command].body, name, "1")
			s.refuses(t, id, "/"+id+bodies[command].path, body, `["paymentId"]`)
		}
		s.refuses(t, id, "/"+id+"/payments/refund",
			`{"paymentId":"p","amount":1,"refundId":`+name+`}`, `["refundId"]`)
		s.refuses(t, id, "/"+id+"/shipments", `{"shipmentId":`+name+`,"items":[`+packed1+`]}`,
			`["shipmentId"]`)
		s.refuses(t, id, "/"+id+"/shipments", `{"shipmentId":"s","items":[{"sku":`+name+
			`,"qty":1}]}`, `["items",0,"sku"]`)
		s.refuses(t, id, "/"+id+"/payments/void", `{"paymentId":`+name+`}`, `["paymentId"]`)
		s.refuses(t, id, "/"+id+"/deliveries", `{"shipmentId":`+name+`}`, `["shipmentId"]`)
		s.refuses(t, id, "/"+id+"/cancel", `{"reason":`+name+`}`, `["reason"]`)
		if name != `""` { // Of these an empty one is none.
			s.refuses(t, id, "/"+id+"/payments/capture",
				`{"paymentId":"p","amount":1,"captureId":`+name+`}`, `["captureId"]`)
		}
	}
}

const item1 = `{"sku":"s","qty":1,"price":1}`

func TestWrongLists(t *testing.T) {
	s := start(t)
	id := s.placed(t, "USD")
	lists := func(item string) []string {
		return []string{"[]", "[" + strings.Repeat(item+",", 500) + item + "]", "null", "{}"}
	}
	for _, list := range lists(item1) {
		s.refuses(t, id, "", `{"userId":"u","items":`+list+`}`, `["items"]`)
		s.refuses(t, id, "/"+id+"/items", `{"items":`+list+`}`, `["items"]`)
	}
	for _, list := range lists(packed1) {
		s.refuses(t, id, "/"+id+"/shipments", `{"shipmentId":"s","items":`+list+`}`, `["items"]`)
	}
	s.refuses(t, id, "/"+id+"/shipments", `{"shipmentId":"s","items":[`+packed1+`,`+packed1+`]}`,
		`["items",1,"sku"]`)
	for _, currency := range []string{"", "usd", "US", "USDX", "XXX", "ZZZ", "\\u0000", "€"} {
		s.refuses(t, id, "", fmt.Sprintf(bodies["create"].body, currency, item1), `["currency"]`)
	}
}

// What a body may not be, whatever the command.
func TestWrongBodies(t *testing.T) {
	s := start(t)
	id := s.placed(t, "USD")
	deep := strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000)
	for _, command := range []string{
		"items", "confirm", "payments/authorize", "payments/capture", "payments/void",
		"payments/refund", "shipments", "deliveries", "complete", "cancel",
	} {
		path := "/" + id + "/" + command
		for body, field := range map[string]string{
			`[]`: `[]`, `null`: `[]`, `"x"`: `[]`, `{`: `[]`, `{}{}`: `[]`,
			`{"amount":1,"amount":1}`:        `["amount"]`,
			`{"items":[{"qty":1,"qty":1}]}`:  `["items",0,"qty"]`,
			`{"deep":` + deep + `}`:          `["deep","a"` + strings.Repeat(`,"a"`, 18) + `]`,
			"{\"paymentId\":\"\xff\"}":       `["paymentId"]`,
			`{"shipmentId":"a","x":"\ud800"`: `["x"]`,
		} {
			s.refuses(t, id, path, body, field)
		}
		s.ask(t, "POST", place+path, "{}", "Content-Type", "text/plain").is(t, 415)
		s.ask(t, "POST", place+"/42/"+command, "{}").is(t, 404)
	}
}

// Names that differ only in case are other names.
func TestCaseOfNames(t *testing.T) {
	s := start(t)
	id := s.placed(t, "USD")
	s.refuses(t, id, "/"+id+"/payments/authorize",
		`{"paymentId":"p","PaymentId":"q","amount":5,"AMOUNT":-7}`, `["PaymentId"]`)
	s.refuses(t, id, "/"+id+"/payments/authorize", `{"paymentid":"r","amount":1}`, `["paymentid"]`)
	s.refuses(t, id, "/"+id+"/cancel", `{"Reason":"staff"}`, `["Reason"]`)
	s.refuses(t, id, "/"+id+"/deliveries", `{"SHIPMENTID":"s"}`, `["SHIPMENTID"]`)
	s.refuses(t, id, "/"+id+"/shipments", `{"shipmentId":"s","Items":[]}`, `["Items"]`)
}
