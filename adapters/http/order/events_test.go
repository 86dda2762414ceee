package order

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A new event of the domain needs a row in the table that shows them.
func TestEveryEventOfTheDomainIsShown(t *testing.T) {
	source, err := os.ReadFile("../../../domain/order/events.go")
	if err != nil {
		t.Fatal(err)
	}
	types := regexp.MustCompile(`\) Type\(\) string +{ return "(\w+)" }`)
	found := types.FindAllStringSubmatch(string(source), -1)
	if len(found) != strings.Count(string(source), ") size() int") {
		t.Fatalf("found %d types of %d events", len(found),
			strings.Count(string(source), ") size() int"))
	}
	for _, each := range found {
		if eventsByName[each[1]].encode == nil {
			t.Errorf("%s is not shown", each[1])
		}
	}
}
