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
	if err := service.Access(service.Output{Writer: &text}); err != nil {
		t.Fatal(err)
	}
	if err := service.Access(service.Output{Writer: &lines, JSON: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"create            orders:write   POST /commands/orders\n",
		"history           orders:read    GET /queries/orders/{orderId}/history\n",
		"summary           orders:read    GET /queries/users/{userId}/summary\n",
		"live              nothing        GET /livez\n",
		"docs              nothing        GET /, GET /docs, GET /docs/*\n",
		"other             any token      (whatever else is asked for)\n",
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
