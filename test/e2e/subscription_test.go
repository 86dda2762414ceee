package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// deaf is the address of a broker that is down, for ever.
func deaf(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("127.0.0.1:%d", freePort(t))
}

// A broker that is down holds nobody up: commands are carried out, the process is ready whatever
// lag a read model may have, and whoever asks learns why since when the broker is not told.
func TestABrokerThatIsDown(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	broker := deaf(t)
	env := []string{
		"MONGODB_URI=" + uri, "PUBLISH=kafka,rabbitmq", "KAFKA_BROKERS=" + broker,
		"AMQP_URL=amqp://bob:Kvjq7@" + broker + "/", "READY_MAX_LAG=30s", "AUDIT_ACTOR=ann",
	}
	p := start(t, env...)
	p.create(t)
	p.create(t)
	eventually(t, "both relays fail", func() bool {
		shown := p.must(t, 200, "GET", "/admin/subscriptions", "")
		all, _ := shown.at("subscriptions").([]any)
		return len(all) == 2 && fails(all[0]) && fails(all[1])
	})
	p.isReady(t)
	status := operates(t, 0, env, "subscription", "status")
	for _, want := range []string{
		"relay-kafka: led by ", "relay-rabbitmq: led by ", "; 2 commits behind, by ",
		"; 0 parked\n", "    cannot be told since 20",
	} {
		if !strings.Contains(status, want) {
			t.Errorf("the status does not say %q: %s", want, status)
		}
	}
	if strings.Contains(status, "Kvjq7") {
		t.Errorf("the status says the password: %s", status)
	}
	p.terminate(t)
	p.ends(t, 0, "")
	if status := operates(t, 0, env, "subscription", "status", "relay-kafka"); !strings.HasPrefix(
		status, "relay-kafka: nobody leads; 2 commits behind, by ") ||
		strings.Contains(status, "rabbitmq") {
		t.Errorf("once the process has stopped, the status is %s", status)
	}
	isResetOnlyIfMeant(t, env)
}

// fails reports whether a subscription is led and its broker cannot be told.
func fails(shown any) bool {
	s, _ := shown.(map[string]any)
	return s["failure"] != nil && s["leader"] != ""
}

// isResetOnlyIfMeant resets what was never told.
func isResetOnlyIfMeant(t *testing.T, env []string) {
	t.Helper()
	if said := operates(t, 1, env, "subscription", "reset"); !strings.Contains(said, "add --yes") {
		t.Errorf("without --yes: %s", said)
	}
	var line map[string]any
	said := operates(t, 0, env, "subscription", "reset", "relay-kafka", "--yes", "--json")
	if err := json.Unmarshal([]byte(said), &line); err != nil ||
		fmt.Sprint(line) != "map[name:relay-kafka reset:false]" {
		t.Errorf("a reset says %s", said)
	}
	if said := operates(t, 1, env, "subscription", "status", "kafka"); !strings.Contains(said,
		`there is no subscription "kafka"; PUBLISH names relay-kafka and relay-rabbitmq`) {
		t.Errorf("of an unknown name: %s", said)
	}
	if said := operates(t, 1, env[:1], "subscription", "status"); !strings.Contains(said,
		"set PUBLISH") {
		t.Errorf("without PUBLISH: %s", said)
	}
	var lines []string
	for _, l := range audited(t, env) {
		lines = append(lines, l.String())
	}
	if got := strings.Join(lines[len(lines)-4:], "\n"); !strings.Contains(got,
		"ann: subscription reset relay-kafka --yes=true --json=true: succeeded\n"+
			"ann: subscription reset: failed\n"+
			"ann: subscription status relay-kafka: succeeded\n"+
			"ann: subscription status: succeeded") {
		t.Errorf("recorded is\n%s", got)
	}
}

// A retry of what is parked, which cannot reach the broker, says so and ends.
func TestARetryOfWhatIsParked(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	broker := deaf(t)
	for name, more := range map[string][]string{
		"relay-kafka":    {"PUBLISH=kafka", "KAFKA_BROKERS=" + broker},
		"relay-rabbitmq": {"PUBLISH=rabbitmq", "AMQP_URL=amqp://bob:Kvjq7@" + broker},
	} {
		env := append([]string{"MONGODB_URI=" + uri}, more...)
		operates(t, 0, env, "migrate", "up")
		if said := operates(t, 0, env, "subscription", "retry"); said !=
			name+": told again: 0, still parked: 0\n" {
			t.Errorf("with nothing parked: %s", said)
		}
		_, err := mongotest.Database(t, uri).Collection("order_subscription_parked").InsertOne(
			t.Context(), bson.M{"_id": name + "/ord_1", "reason": "too large"})
		if err != nil {
			t.Fatal(err)
		}
		said := operates(t, 1, env, "subscription", "retry")
		if !strings.Contains(said, "retry "+name+": find the topic") ||
			strings.Contains(said, "Kvjq7") {
			t.Errorf("it says %s", said)
		}
		said = operates(t, 0, env, "subscription", "status")
		if !strings.Contains(said, "; 1 parked\n") || !strings.Contains(said, "too large") {
			t.Errorf("the status is %s", said)
		}
	}
}
