package e2e_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// A split is the service as docs/split.md has it: a process for each line of that page, and nginx
// in front of them. Its own client asks nginx.
type split struct {
	client

	uri       string
	env       []string
	commands  [2]*process
	queries   [2]*process
	projector *process
}

func startSplit(t *testing.T, base string, more ...string) *split {
	t.Helper()
	skipShort(t)
	uri := mongotest.URI(t)
	s := &split{uri: uri, env: append(more, "BASE_PATH="+base, "MONGODB_URI="+uri)}
	s.projector = s.run(t, "projector", 0)
	var ports []string
	for i := range 2 {
		s.commands[i], s.queries[i] = s.run(t, "command", 0), s.run(t, "query", 0)
		ports = append(ports,
			fmt.Sprintf("127.0.0.1:301%d", i+1), fmt.Sprint("127.0.0.1:", s.commands[i].port),
			fmt.Sprintf("127.0.0.1:302%d", i+1), fmt.Sprint("127.0.0.1:", s.queries[i].port))
	}
	s.client = proxy(t, base, []string{"nginx-processes.conf", "nginx-split.conf"}, ports...)
	return s
}

// run starts a process of the role on a port, or on a free one.
func (s *split) run(t *testing.T, role string, port int) *process {
	t.Helper()
	if port == 0 {
		port = freePort(t)
	}
	return startOn(t, port, append(slices.Clone(s.env), "ROLES="+role)...)
}

// Clients see one API, whichever process answers: nothing but what answers say leads them through
// the life of an order, and the documentation tells all of it.
func TestSplitRolesBehindNginx(t *testing.T) {
	for name, base := range map[string]string{"at the root": "", "below a path": "/shop"} {
		t.Run(name, func(t *testing.T) {
			s := startSplit(t, base)
			for range 4 { // So that each process has its turn.
				s.leads(t, base)
			}
			whole := s.follow(t, "/openapi.json")
			for _, p := range []*process{s.commands[0], s.queries[0], s.projector} {
				if p.follow(t, "/openapi.json") != whole {
					t.Error("processes of different roles have different documents")
				}
			}
			if docs := s.follow(t, "/docs"); !strings.Contains(docs, "swagger-ui-bundle.js") {
				t.Errorf("/docs is %.500s", docs)
			}
			s.isReady(t)
			s.must(t, 413, "POST", "/commands/orders", strings.Repeat(" ", 1<<20+1))
			s.must(t, 400, "POST", "/commands/orders", "{}")
			if a := s.goTo(t, "POST", "/Commands/orders"); a.status == 404 {
				t.Errorf("/Commands/orders answers %s", a.text)
			}
			s.streams(t)
			s.hidesAdmin(t)
		})
	}
}

// linkedLife is a life by the names of links.
var linkedLife = []struct{ link, body string }{
	{"changeItems", `{"items":[{"sku":"sku_cat","qty":2,"price":5}]}`},
	{"authorizePayment", `{"paymentId":"pay_1","amount":10}`},
	{"confirm", ``},
	{"hold", `{"reason":"fraud"}`},
	{"release", ``},
	{"capturePayment", `{"paymentId":"pay_1","amount":10}`},
	{"shipItems", `{"shipmentId":"ship_1","items":[{"sku":"sku_cat","qty":2}]}`},
	{"deliverShipment", `{"shipmentId":"ship_1"}`},
	{"complete", ``},
	{"refundPayment", `{"paymentId":"pay_1","refundId":"ref_1","amount":10}`},
}

// leads goes through a life by links, which begin with base, and reads each write at once.
func (s *split) leads(t *testing.T, base string) {
	t.Helper()
	below := func(link any) string {
		path, found := strings.CutPrefix(fmt.Sprint(link), base+"/")
		if !found {
			t.Fatalf("a link is %v, want one below %s/", link, base)
		}
		return "/" + path
	}
	a := s.create(t, "Prefer: respond-async")
	if self := a.at("links", "self"); a.header.Get("Location") != self {
		t.Errorf("Location is %s, the link to itself %s", a.header.Get("Location"), self)
	}
	for n, step := range linkedLife {
		version := strconv.Itoa(n + 1)
		self := below(a.at("links", "self"))
		s.must(t, 200, "GET", self+"?minVersion="+version, "").want(t, version, "order", "version")
		a = s.must(t, 200, "POST", below(a.at("links", step.link)), step.body,
			"Prefer: respond-async", "Idempotency-Key: "+step.link)
	}
	a.want(t, `"COMPLETED"`, "status")
	a.want(t, `"REFUNDED"`, "paymentStatus")
}

// One command process is killed under load, and then every process is restarted, one after the
// other: nothing that was accepted is lost or there twice, reads go on, and a stream that broke
// off goes on at another process where it was.
func TestSplitRolesAreKilledAndRestartedUnderLoad(t *testing.T) {
	s := startSplit(t, "", "DRAIN_DELAY=3s") // In which nginx uses each connection.
	first := listen(t, s.client, "/queries/orders/stream", "")
	orders := gather(s.client)
	reading := watch(orders, s.client)
	first.begins(t)
	time.Sleep(time.Second)
	s.commands[0].kill()
	time.Sleep(time.Second)
	s.commands[0] = s.run(t, "command", s.commands[0].port)
	orders.goRound(t) // What the kill broke off has been sent again.
	broken := orders.sentAgain()
	s.restartEach(t)
	<-first.done // Its process was restarted.
	second := listen(t, s.client, "/queries/orders/stream", first.lastID)
	time.Sleep(time.Second)
	orders.dismiss(t)
	if again := orders.sentAgain()[len(broken):]; len(again) > 0 {
		t.Errorf("restarts broke off commands: %q", again)
	}
	reading.dismiss(t)
	settles(t, "MONGODB_URI="+s.uri)
	orders.sees(t, s.client)
	views, err := mongotest.Database(t, s.uri).Collection("order_reads").
		CountDocuments(t.Context(), bson.M{})
	if err != nil || views != int64(len(orders.ids)) {
		t.Errorf("there are %d orders and not %d, %v", views, len(orders.ids), err)
	}
	for id, version := range orders.accepted {
		eventually(t, "streams tell of "+id, func() bool {
			return first.has(id, version) || second.has(id, version)
		})
	}
	t.Logf("%d orders; the kill broke off %d commands; streams told of %d and %d changes",
		len(orders.ids), len(broken), first.events, second.events)
}

// restartEach ends and starts every process, one after the other.
func (s *split) restartEach(t *testing.T) {
	t.Helper()
	for _, p := range []struct {
		role string
		at   **process
	}{
		{"command", &s.commands[0]}, {"command", &s.commands[1]}, {"projector", &s.projector},
		{"query", &s.queries[0]}, {"query", &s.queries[1]},
	} {
		(*p.at).terminate(t)
		(*p.at).ends(t, 0, "Stopping")
		*p.at = s.run(t, p.role, (*p.at).port)
		time.Sleep(500 * time.Millisecond)
	}
}
