package order_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"orders/domain/order"
)

// The diagram in the documents shows the table and nothing else.
func TestTheDiagramShowsTheTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/life.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), diagram()) {
		t.Errorf("docs/life.md does not hold\n%s", diagram())
	}
}

func diagram() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	leaves := map[order.Status]bool{}
	for _, r := range order.Rules {
		for _, from := range r.From {
			to := r.To
			if to == order.StatusNone {
				to = from
			}
			fmt.Fprintf(&b, "    %s --> %s: %s\n", state(from), to, r.Command)
			leaves[from] = leaves[from] || to != from
		}
	}
	for _, s := range order.Statuses {
		if !leaves[s] {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	b.WriteString("```\n")
	return b.String()
}

func state(s order.Status) string {
	if s == order.StatusNone {
		return "[*]"
	}
	return string(s)
}
