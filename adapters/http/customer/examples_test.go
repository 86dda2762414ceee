package customer

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"orders/adapters/http/wire"
	"orders/ports"
	"orders/ports/budget"
	"orders/ports/customer"
)

var update = flag.Bool("update", false, "write examples.json")

// The examples of the document are answers that this test gets.
func TestExamplesAreRealAnswers(t *testing.T) {
	rows := always{
		Orders: 3, Open: 1,
		Totals: []customer.Total{
			{Orders: 3, Spent: sumOf(359400, "USD"), Refunded: sumOf(119800, "USD")},
		},
		Last: customer.Last{
			OrderID: wire.ExampleID, CreatedAt: time.Date(2026, 11, 22, 12, 44, 48, 2e8, time.UTC),
		},
	}
	got := map[string]map[string]json.RawMessage{}
	for _, tt := range []struct {
		name, user string
		summaries  customer.Summaries
	}{
		{"summary", "user_123", rows},
		{"no-orders", "nobody", always{}},
		{"validation-failed", "%00", rows},
		{"internal", "user_123", failing{errors.New("something unexpected")}},
		{"unavailable", "user_123", failing{ports.ErrUnavailable}},
		{"bytes-in-flight", "user_123", failing{budget.ErrSpent}},
	} {
		status, text := get(t, tt.summaries, "/queries/users/"+tt.user+"/summary")
		if status >= 400 && !strings.Contains(text, `"code":"`+tt.name+`"`) {
			t.Errorf("%s is %s", tt.name, text)
		}
		if got[strconv.Itoa(status)] == nil {
			got[strconv.Itoa(status)] = map[string]json.RawMessage{}
		}
		got[strconv.Itoa(status)][tt.name] = json.RawMessage(text)
	}
	compare(t, map[string]any{"summary": got})
}

// compare compares examples.json with what it should have, or writes it.
func compare(t *testing.T, got any) {
	t.Helper()
	text, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if text = append(text, '\n'); *update {
		if err := os.WriteFile("examples.json", text, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(text, examples) {
		t.Errorf("answers differ from examples.json; go test ./adapters/http/customer -run %s "+
			"-update", t.Name())
	}
}
