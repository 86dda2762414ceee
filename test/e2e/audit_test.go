package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/user"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orders/test/mongotest"
)

// An auditLine is a line that `orders audit --json` prints.
type auditLine struct {
	Actor, Command, Version, Outcome, Error string

	Began, Ended time.Time

	Args       []string
	DurationMs int
}

func (l auditLine) String() string {
	text := l.Actor + ": " + strings.Join(append([]string{l.Command}, l.Args...), " ")
	return text + ": " + l.Outcome
}

// audited are the lines of the audit, the last one first.
func audited(t *testing.T, env []string, flags ...string) (all []auditLine) {
	t.Helper()
	said := operates(t, 0, env, append([]string{"audit", "--json"}, flags...)...)
	for text := range strings.Lines(said) {
		var line auditLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("the audit says %s: %v", said, err)
		}
		all = append(all, line)
	}
	return all
}

// operations are commands of operators, with their exit codes and what is recorded of each.
var operations = []struct {
	code int
	line string
	want string
}{
	{0, "migrate up", "migrate up: succeeded"},
	{0, "migrate version", "migrate version: succeeded"},
	{0, "projection status --json", "projection status --json=true: succeeded"},
	{0, "projection verify", "projection verify: succeeded"},
	{0, "projection verify summary orders --repair",
		"projection verify summary orders --repair=true: succeeded"},
	{0, "projection retry --log-level=warn", "projection retry: succeeded"},
	{0, "projection rebuild orders --workers=4 --rate 500",
		"projection rebuild orders --rate=500: succeeded"},
	{0, "projection rollback orders", "projection rollback orders: succeeded"},
	{1, "projection rollback nothing", "projection rollback nothing: failed"},
	{1, "projection rebuild mongodb://bob:Kvjq@db/shop",
		"projection rebuild mongodb://…@db/shop: failed"},
	{1, "projection rebuild orders --rate=-1", "projection rebuild orders --rate=-1: failed"},
	{0, "migrate down", "migrate down: succeeded"},
}

func TestEachCommandOfAnOperatorIsRecorded(t *testing.T) {
	skipShort(t)
	env := []string{"MONGODB_URI=" + mongotest.URI(t), "AUDIT_ACTOR=ann"}
	for _, o := range operations {
		operates(t, o.code, env, strings.Fields(o.line)...)
	}
	all := audited(t, env)
	if len(all) != len(operations) {
		t.Fatalf("%d commands are recorded as %v", len(operations), all)
	}
	for i, o := range operations {
		line := all[len(all)-1-i]
		if line.String() != "ann: "+o.want {
			t.Errorf("of %s it says %s, want %s", o.line, line, o.want)
		}
		if line.Version == "" || line.Began.IsZero() || line.Ended.Before(line.Began) ||
			(line.Error != "") != (o.code != 0) {
			t.Errorf("of %s it says %+v", o.line, line)
		}
	}
	text := operates(t, 0, env, "audit")
	if n := strings.Count(text, "\n"); n != len(all)+1 || strings.Contains(text, "Kvjq") ||
		!strings.Contains(text, `failed in`) {
		t.Errorf("the audit prints %s", text)
	}
}

func TestWhoRanACommand(t *testing.T) {
	skipShort(t)
	env := []string{"MONGODB_URI=" + mongotest.URI(t)}
	host, err := os.Hostname()
	me, failed := user.Current()
	if err != nil || failed != nil {
		t.Skip(err, failed)
	}
	operates(t, 0, env, "migrate", "version")
	operates(t, 0, append(env, "AUDIT_ACTOR=deploy 7"), "migrate", "version")
	operates(t, 0, append(env, "AUDIT_ACTOR=deploy 7"), "migrate", "--actor=ann", "version")
	operates(t, 0, env, "migrate", "version", "--actor", "bob")
	operates(t, 0, env, "migrate", "version", "--actor=")
	for _, odd := range []string{"a\nb", "a\x1b[31mb", "a\u202eb", strings.Repeat("é", 101)} {
		said := operates(t, 1, env, "migrate", "version", "--actor="+odd)
		if !strings.Contains(said, "--actor") {
			t.Errorf("of %q it says %s", odd, said)
		}
	}
	var actors []string
	for _, line := range audited(t, env) {
		actors = append(actors, line.Actor)
	}
	own := me.Username + "@" + host
	if got := strings.Join(actors, ", "); got != own+", bob, ann, deploy 7, "+own {
		t.Errorf("the audit names %s", got)
	}
}

// Who may not write to the audit can change nothing, but may look.
func TestACommandThatCannotBeRecordedDoesNotRun(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	root := []string{"MONGODB_URI=" + g.URI("shop", mongotest.BuiltIn("readWrite", "shop"))}
	operates(t, 0, root, "migrate", "up")
	everything := []string{"find", "insert", "update", "remove", "createIndex", "listIndexes",
		"dropIndex", "collMod", "createCollection", "dropCollection", "changeStream",
		"listCollections"}
	rights := map[string][]string{"": {"listCollections"}}
	for _, name := range []string{
		"order_writes", "order_reads", "order_reads_2", "customer_orders", "customer_orders_2",
		"projections", "projection_leases", "projection_parked",
		"order_writes_migrations", "order_reads_migrations", "customer_orders_migrations",
	} {
		rights[name] = everything
	}
	env := []string{"MONGODB_URI=" + g.URI("shop", g.Role("shop", rights))}
	for _, line := range []string{
		"projection rebuild orders", "projection rollback orders", "projection retry",
		"projection verify --repair", "migrate up", "migrate down",
	} {
		said := operates(t, 1, env, strings.Fields(line)...)
		if !strings.Contains(said, "nothing was done, as it cannot be recorded") ||
			!strings.Contains(said, "use the privilege insert on orders_audit in database shop") {
			t.Errorf("%s says %s", line, said)
		}
	}
	said := operates(t, 0, env, "projection", "status", "--log-level=warn")
	if !strings.Contains(said, "generation 1 is live") ||
		!strings.Contains(said, "The command is not recorded") {
		t.Errorf("status says %s", said)
	}
	operates(t, 0, env, "projection", "verify")
	if said = operates(t, 1, env, "audit"); !strings.Contains(said, "find on orders_audit") {
		t.Errorf("the audit says %s", said)
	}
	if all := audited(t, root); len(all) != 1 {
		t.Errorf("recorded are %v", all)
	}
}

// rebuilds begins a rebuild that takes minutes, and waits until it is recorded.
func rebuilds(t *testing.T, env []string, actor string) *process {
	t.Helper()
	r := launch(t, "", env, "projection", "rebuild", "orders", "--rate=1", "--actor="+actor)
	eventually(t, "it is recorded", func() bool {
		all := audited(t, env, "--limit=1")
		return len(all) == 1 && all[0].String() ==
			actor+": projection rebuild orders --rate=1: unended"
	})
	eventually(t, "it fills a generation", func() bool { return isRebuilt(t, env) })
	return r
}

func TestAnOperatorThatIsKilledLeavesTheBeginning(t *testing.T) {
	skipShort(t)
	env := []string{"MONGODB_URI=" + mongotest.URI(t)}
	p := start(t, env...)
	for range 120 {
		p.create(t)
	}
	settles(t, env...)
	rebuilds(t, env, "ann").kill()
	eventually(t, "another one may rebuild", func() bool { return !isRebuilt(t, env) })
	broken := rebuilds(t, env, "bob")
	if err := broken.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	broken.ends(t, 1, "broken off")
	var rebuildsOf []string
	for _, line := range audited(t, env) {
		if line.Command == "projection rebuild" {
			rebuildsOf = append(rebuildsOf, line.Actor+" "+line.Outcome+" "+line.Error)
		}
	}
	want := "[bob failed broken off; the live generation is untouched ann unended ]"
	if got := fmt.Sprint(rebuildsOf); got != want {
		t.Errorf("recorded are %s, want %s", got, want)
	}
	if text := operates(t, 0, env, "audit"); !strings.Contains(text, "no end is recorded") {
		t.Errorf("the audit prints %s", text)
	}
}

func TestOperatorsAtTheSameTimeAreAllRecorded(t *testing.T) {
	skipShort(t)
	env := []string{"MONGODB_URI=" + mongotest.URI(t)}
	var crowd sync.WaitGroup
	for i := range 6 {
		p := launch(t, "", env, "migrate", "version", "--actor", fmt.Sprint("operator ", i))
		crowd.Go(func() { <-p.exited })
	}
	crowd.Wait()
	seen := map[string]bool{}
	for _, line := range audited(t, env) {
		seen[line.String()] = true
	}
	if len(seen) != 6 || !seen["operator 3: migrate version: succeeded"] {
		t.Errorf("recorded are %v", seen)
	}
}

// Without a database there is nothing to do, and nothing to record.
func TestNothingIsRecordedWithoutADatabase(t *testing.T) {
	skipShort(t)
	for line, says := range map[string]string{
		"audit":                     "there is no audit; set MONGODB_URI",
		"migrate up":                "nothing is kept in MongoDB",
		"projection status":         "only read models in MongoDB can be managed",
		"projection rebuild orders": "only read models in MongoDB can be managed",
	} {
		if said := operates(t, 1, nil, strings.Fields(line)...); !strings.Contains(said, says) {
			t.Errorf("%s says %s", line, said)
		}
	}
	env := []string{"MONGODB_READ_URI=" + mongotest.URI(t)}
	operates(t, 0, env, "migrate", "up", "--actor=ann")
	if all := audited(t, env); len(all) != 1 || all[0].String() != "ann: migrate up: succeeded" {
		t.Errorf("with the views alone in MongoDB it says %v", all)
	}
}
