package http_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/ports"
)

func TestHistory(t *testing.T) {
	s := start(t)
	id := s.order(t)
	s.do(t, id, "items", `{"items":[{"sku":"a","qty":3,"price":0.5}]}`)
	s.do(t, id, "payments/authorize", `{"paymentId":"p","amount":1.5}`)
	s.do(t, id, "payments/capture", `{"paymentId":"p","captureId":"c","amount":0.5}`)
	s.ask(t, "POST", place+"/"+id+"/cancel", `{"reason":"staff","note":"so"}`,
		"X-Request-ID", "req-5").is(t, 200)
	s.do(t, id, "payments/refund", `{"paymentId":"p","refundId":"r","amount":0.5}`)

	a := s.ask(t, "GET", show+"/"+id+"/history", "")
	a.is(t, 200)
	want := `{"orderId":"` + id + `","events":[`
	commits := s.commits(t, id)
	for _, each := range []string{
		`1,"type":"OrderCreated" "data":{"userId":"user_123","currency":"USD",` +
			`"items":[{"sku":"sku_mouse","qty":2,"price":599}]}},`,
		`2,"type":"ItemsChanged" "data":{"items":[{"sku":"a","qty":3,"price":0.5}]}},`,
		`3,"type":"PaymentAuthorized" "data":{"paymentId":"p","amount":1.5}},`,
		`4,"type":"PaymentCaptured" "data":{"paymentId":"p","captureId":"c","amount":0.5}},`,
		`5,"type":"OrderCancelled" "data":{"reason":"staff","note":"so"}},`,
		`5,"type":"PaymentVoided" "data":{"paymentId":"p","amount":1}},`,
		`6,"type":"PaymentRefunded" "data":{"paymentId":"p","refundId":"r","amount":0.5}}]}`,
	} {
		about, data, _ := strings.Cut(each, " ")
		commit := commits[each[0]-'1']
		want += fmt.Sprintf(`{"version":%s,"at":"2026-11-22T12:44:48.200Z",`+
			`"actor":"anonymous","requestId":%q,%s`, about, commit.RequestID, data)
	}
	if a.text != want {
		t.Errorf("history\n%s, want\n%s", a.text, want)
	}
	a.has(t, `"requestId":"req-5"`)
}

func TestHistoryOfShipping(t *testing.T) {
	s := start(t)
	id := s.shipped(t)
	s.ask(t, "GET", show+"/"+id, "").has(t, `"items":[{"sku":"sku_mouse","qty":2}],`+
		`"delivered":false`)
	s.do(t, id, "deliveries", `{"shipmentId":"s"}`)
	s.do(t, id, "complete", "")
	text := s.ask(t, "GET", show+"/"+id+"/history", "").text
	text = regexp.MustCompile(`"at":.*?"requestId":"[^"]*",`).ReplaceAllString(text, "")
	_, text, _ = strings.Cut(text, `{"version":3,`)
	want := `"type":"OrderConfirmed","data":{}},{"version":4,"type":"ItemsShipped",` +
		`"data":{"shipmentId":"s","items":[{"sku":"sku_mouse","qty":2}]}},` +
		`{"version":5,"type":"ShipmentDelivered","data":{"shipmentId":"s"}},` +
		`{"version":6,"type":"OrderCompleted","data":{}}]}`
	if text != want {
		t.Errorf("history ends in\n%s, want\n%s", text, want)
	}
}

func TestAtVersion(t *testing.T) {
	s := start(t)
	id := s.order(t)
	path := show + "/" + id
	first := s.ask(t, "GET", path, "")
	s.do(t, id, "items", `{"items":[{"sku":"a","qty":3,"price":0.5}]}`)
	second := s.ask(t, "GET", path, "")
	s.do(t, id, "cancel", `{"reason":"staff"}`)
	for version, want := range map[string]answer{
		"1": first, "2": second, "3": s.ask(t, "GET", path, ""), "002": second,
	} {
		a := s.ask(t, "GET", path+"?atVersion="+version, "")
		a.is(t, 200)
		a.header(t, "ETag", want.Header.Get("ETag"))
		if a.text != want.text {
			t.Errorf("version %s is %s, was %s", version, a.text, want.text)
		}
	}
	for _, version := range []string{"4", "1001", "9223372036854775808", strings.Repeat("9", 40)} {
		a := s.ask(t, "GET", path+"?atVersion="+version, "")
		a.is(t, 404)
		a.has(t, `"code":"version-unknown"`)
	}
	for _, version := range []string{"", "0", "-1", "%2B1", "1.0", "1e0", "two", "1&atVersion=1"} {
		a := s.ask(t, "GET", path+"?atVersion="+version, "")
		a.is(t, 400)
		a.has(t, `"issues":[{"path":["atVersion"],"message":"must`)
	}
	s.ask(t, "GET", show+"/"+nowhere+"?atVersion=1", "").has(t, `"code":"order-not-found"`)
	s.ask(t, "GET", show+"/42?atVersion=1", "").is(t, 404)
}

func TestHistoryFails(t *testing.T) {
	for err, status := range map[error]int{
		ports.ErrUnavailable: 503, ports.ErrUnreadable: 503, errors.New("secret"): 500,
	} {
		s := startWith(t, http.Config{}, func(ports.EventStore) ports.EventStore {
			return broken{err: err}
		}, nil)
		s.ask(t, "GET", show+"/"+nowhere+"/history", "").is(t, status)
		s.ask(t, "GET", show+"/"+nowhere+"?atVersion=1", "").is(t, status)
		s.ask(t, "GET", show+"/42/history", "").is(t, 404)
	}
	start(t).ask(t, "GET", show+"/"+nowhere+"/history", "").is(t, 404)
}
