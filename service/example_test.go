package service

import (
	"encoding/json"
	"log/slog"
	nethttp "net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	"orders/adapters/http"
	"orders/test/example/jsonl"
)

// The example of a store is one more value in the table, and the whole service runs on it: its
// orders outlive it, and its read models, which are in memory, are made anew.
func TestTheServiceRunsOnTheExample(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.jsonl")
	before := stores
	t.Cleanup(func() { stores = before })
	stores = append(slices.Clone(stores), store{
		name: "jsonl", write: side{module: jsonl.Module(path)},
	})
	const paid = `{"paymentId":"p","amount":100}`
	var order string
	withService(t, func(ask asking) {
		id, _ := ask("POST", "/commands/orders",
			`{"userId":"ann","items":[{"sku":"mouse","qty":1,"price":100}]}`)["orderId"].(string)
		order = "orders/" + id
		ask("POST", "/commands/"+order+"/payments/capture", paid)
		wantPaid(t, ask, order)
	})
	withService(t, func(ask asking) {
		wantPaid(t, ask, order)
		ask("POST", "/commands/"+order+"/payments/capture", paid) // Sent again, it is known.
		wantPaid(t, ask, order)
	})
}

// wantPaid waits for the read model.
func wantPaid(t *testing.T, ask asking, order string) {
	t.Helper()
	shown, _ := ask("GET", "/queries/"+order+"?minVersion=2", "")["order"].(map[string]any)
	if shown["paymentStatus"] != "PAID" || shown["version"] != 2.0 {
		t.Errorf("the order is %v", shown)
	}
}

// asking sends a request and returns its answer.
type asking func(method, path, body string) map[string]any

// serving runs the service while test asks it.
func withService(t *testing.T, test func(asking)) {
	t.Helper()
	var server *http.Server
	app := fxtest.New(t, fx.Populate(&server),
		Module(Config{WriteStore: "jsonl"}, "test", slog.New(slog.DiscardHandler)))
	app.RequireStart()
	defer app.RequireStop()
	base := "http://" + server.Addr().String()
	test(func(method, path, body string) (answer map[string]any) {
		t.Helper()
		status, answer := askOnce(t, method, base+path, body)
		late := time.Now().Add(2 * time.Minute) // A busy machine takes longer than a request waits.
		for answer["code"] == "projection-lagging" && time.Now().Before(late) {
			status, answer = askOnce(t, method, base+path, body)
		}
		if status >= nethttp.StatusBadRequest {
			t.Fatalf("%s %s: %d %v", method, path, status, answer)
		}
		return answer
	})
}

func askOnce(t *testing.T, method, url, body string) (status int, answer map[string]any) {
	t.Helper()
	req, err := nethttp.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := nethttp.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatalf("%s %s: %d, %v", method, url, res.StatusCode, err)
	}
	return res.StatusCode, answer
}
