package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// inJSON runs a command with --json and returns its lines by the name of the read model.
func inJSON(t *testing.T, code int, env []string, args ...string) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	said := operates(t, code, env, append(args, "--json")...)
	for text := range strings.Lines(said) {
		if strings.HasPrefix(text, "orders: ") && code != 0 {
			continue // Of stderr: why the exit code is 1.
		}
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v say %s: %v", args, said, err)
		}
		all[fmt.Sprint(line["name"])] = line
	}
	if len(all) != 2 || all["orders"] == nil || all["summary"] == nil {
		t.Fatalf("%v say %s", args, said)
	}
	return all
}

// parkedInJSON checks what status and retry say of an order that is parked.
func parkedInJSON(t *testing.T, env []string, id string) {
	t.Helper()
	for _, all := range []map[string]map[string]any{
		inJSON(t, 0, env, "projection", "status"), inJSON(t, 1, env, "projection", "retry"),
	} {
		for name, line := range all {
			first, _ := line["parked"].([]any)
			parked := fmt.Sprint(first...)
			if len(first) != 1 || !strings.Contains(parked, "orderId:"+id) ||
				!strings.Contains(parked, "Teleported") {
				t.Errorf("of %s they say %v", name, line)
			}
		}
	}
}

func TestAVerificationInJSON(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	id := start(t, env...).create(t).id()
	settles(t, env...)
	for name, line := range inJSON(t, 0, env, "projection", "verify") {
		if fmt.Sprint(line) != "map[findings:[] name:"+name+" orders:1 repaired:0 wrong:0]" {
			t.Errorf("of %s it says %v", name, line)
		}
	}
	if _, err := mongotest.Database(t, uri).Collection("order_reads").UpdateByID(t.Context(), id,
		bson.M{"$set": bson.M{"userId": "other"}}); err != nil {
		t.Fatal(err)
	}
	want := "map[findings:[map[differences:[map[field:userId is:other " +
		"shouldBe:user_123]] flaw:wrong orderId:" + id + " repaired:false seenVersion:1 " +
		"version:1]] name:orders orders:1 repaired:0 wrong:1]"
	if got := fmt.Sprint(inJSON(t, 1, env, "projection", "verify")["orders"]); got != want {
		t.Errorf("it says %s, want %s", got, want)
	}
}
