package client

import (
	"fmt"
	"strings"
	"testing"

	driver "go.mongodb.org/mongo-driver/mongo"
	xdriver "go.mongodb.org/mongo-driver/x/mongo/driver"
)

func TestWhatIsADenial(t *testing.T) {
	said := func(code int32, message string) error {
		return driver.CommandError{Code: code, Message: message}
	}
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{said(13, "not authorized on shop to execute command"), true},
		{said(8000, "user is not allowed to do action [insert] on [shop.order_writes]"), true},
		{fmt.Errorf("append: %w", said(13, "")), true},
		{said(0, "not authorized on shop to execute command"), true}, // Of a proxy.
		{said(0, "Unauthorized"), true},
		{said(0, "the reply is not authorized"), false},
		{said(91, "not authorized, as it shuts down"), false},
		{said(10107, "not primary"), false},
		{said(11600, "interrupted"), false},
		{said(64, "waiting for replication timed out"), false},
		{xdriver.Error{Code: 13}, false}, // The driver never shows it.
		{nil, false},
	} {
		if got := IsDenied(tt.err); got != tt.want {
			t.Errorf("%v: %v", tt.err, got)
		}
	}
}

func TestADenialIsToldWithoutTheOrder(t *testing.T) {
	got := Plain(driver.CommandError{Name: "Unauthorized", Message: "not authorized on shop to " +
		"execute command { insert: \"order_writes\",\n documents: [ { sku: \"mouse\" } ] }"})
	if got != "(Unauthorized) not authorized on shop to execute command insert" ||
		strings.Contains(got, "\n") {
		t.Errorf("it is %q", got)
	}
}

func TestADenialNamesTheRightThatIsMissing(t *testing.T) {
	for command, want := range map[string]DenialError{
		`{ insert: "order_writes", ordered: false, documents`: {"shop", "order_writes", "insert"},
		`{ delete: "parked", deletes: [`:                      {"shop", "parked", "remove"},
		`{ update: "views", updates: [ { q: {}, u: {} } ] }`:  {"shop", "views", "update"},
		`{ update: "views", updates: [ { u: {}, upsert: true`: {"shop", "views", "insert or update"},
		`{ aggregate: "views", pipeline: [ { $match: {} } ]`:  {"shop", "views", "find"},
		`{ aggregate: "views", pipeline: [ { $changeStream:`:  {"shop", "views", "changeStream"},
		`{ listCollections: 1, filter: { name: "views" } }`:   {"shop", "", "listCollections"},
		`{ drop: "views_2" }`:                                 {"shop", "views_2", "dropCollection"},
	} {
		answer := driver.CommandError{
			Code: 13, Message: "not authorized on shop to execute command " + command,
		}
		got, is := DenialIn(fmt.Errorf("save: %w", answer))
		if !is || *got != want {
			t.Errorf("%s: %v", command, got)
		}
		if again, is := DenialIn(Translate(t.Context(), answer)); !is || *again != want {
			t.Errorf("%s: it is lost for the ports: %v", command, again)
		}
	}
	for _, err := range []error{
		nil, driver.CommandError{Code: 13, Message: "no"}, driver.CommandError{
			Code: 112, Message: `not authorized on shop to execute command { drop: "views" }`,
		},
	} {
		if got, is := DenialIn(err); is {
			t.Errorf("%v is the denial %v", err, got)
		}
	}
}
