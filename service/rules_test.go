package service_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"orders/app/access"
	"orders/service"
)

func TestAccessPrintsTheTable(t *testing.T) {
	var text, lines bytes.Buffer
	var c service.Config
	if err := service.Access(c, service.Output{Writer: &text}); err != nil {
		t.Fatal(err)
	}
	if err := service.Access(c, service.Output{Writer: &lines, JSON: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"create            orders:write   POST /commands/orders\n",
		"history           orders:read    GET /queries/orders/{orderId}/history\n",
		"summary           orders:read    GET /queries/users/{userId}/summary\n",
		"live              nothing        GET /livez\n",
		"docs              nothing        GET /, GET /docs, GET /docs/*\n",
		"everything else   any token\n\nAUTH=none: nobody needs a token",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	decoder := json.NewDecoder(&lines)
	for _, r := range access.Table {
		var got struct {
			Operation, Needs string
			Routes           []string
		}
		if err := decoder.Decode(&got); err != nil || got.Operation != r.Operation ||
			r.Needs != access.Nothing && got.Needs != string(r.Needs) ||
			(len(got.Routes) == 0) != (r.Operation == "other") {
			t.Errorf("%+v, %v for %+v", got, err, r)
		}
	}
}

// What it prints is what this configuration does.
func TestAccessPrintsWhatIsConfigured(t *testing.T) {
	c := service.Config{
		Auth: "jwt", Issuer: "https://id.example", Audience: "a", UserClaim: "uid",
		PrivateDocs: true,
	}
	var text bytes.Buffer
	if err := service.Access(c, service.Output{Writer: &text}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"docs              any token ", "document          any token ",
		"\nA caller without orders:manage sees and changes own orders alone",
		" uid of its token.\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "AUTH=none") {
		t.Errorf("it speaks of AUTH=none:\n%s", text.String())
	}
	c.Auth = ""
	if err := service.Access(c, service.Output{Writer: &text}); err == nil {
		t.Error("it takes settings that no process takes")
	}
}
