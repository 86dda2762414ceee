package order_test

import (
	"os"
	"regexp"
	"testing"

	"orders/domain/order"
)

// Adapters know all refusals by the list.
func TestRefusalsAreAllThereAre(t *testing.T) {
	text, err := os.ReadFile("errors.go")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, e := range order.Refusals {
		listed[e.Code] = true
	}
	made := regexp.MustCompile(`= reason\("([a-z-]+)",`).FindAllSubmatch(text, -1)
	for _, code := range made {
		if !listed[string(code[1])] {
			t.Errorf("order.Refusals lacks %s", code[1])
		}
	}
	if len(made) != len(order.Refusals) || len(listed) != len(made) {
		t.Errorf("%d are listed, %d codes, %d made", len(order.Refusals), len(listed), len(made))
	}
}
