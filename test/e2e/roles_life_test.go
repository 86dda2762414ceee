package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// A guardedShop is a MongoDB with the roles of docs/operations.md, and a user for each.
type guardedShop struct {
	*mongotest.Guarded

	write, read string
	rights      map[string][]right   // By role.
	users       map[string][2]string // By role: the URIs of both databases.
}

func newGuardedShop(t *testing.T, g *mongotest.Guarded, write, read string) *guardedShop {
	t.Helper()
	s := &guardedShop{
		Guarded: g, write: write, read: read,
		rights: map[string][]right{}, users: map[string][2]string{},
	}
	for role, privileges := range pageRoles(t, write, read) {
		s.rights[role] = rightsOf(privileges)
	}
	return s
}

// admits makes a user for each role of the page.
func (s *guardedShop) admits(t *testing.T) {
	t.Helper()
	for role, rights := range s.rights {
		s.users[role] = s.userWith(t, role+s.write, rights)
	}
}

// userWith makes a role and a user who has it, and returns the URIs of both databases.
func (s *guardedShop) userWith(t *testing.T, role string, rights []right) [2]string {
	t.Helper()
	makeRole(t, s.Guarded, role, rights)
	uri := s.URI(s.write, mongotest.BuiltIn(role, "admin"))
	return [2]string{uri, strings.Replace(uri, "/"+s.write+"?", "/"+s.read+"?", 1)}
}

// nobody is where no broker is.
const nobody = "127.0.0.1:1"

func environment(uris [2]string) []string {
	return []string{
		"MONGODB_URI=" + uris[0], "MONGODB_READ_URI=" + uris[1],
		"PUBLISH=kafka", "KAFKA_BROKERS=" + nobody,
	}
}

// operates runs a command as the user of a role of the page.
func (s *guardedShop) operates(t *testing.T, code int, role string, args ...string) string {
	t.Helper()
	return operates(t, code, environment(s.users[role]), args...)
}

// runs starts a process for a role of the service, as the user of a role of the page.
func (s *guardedShop) runs(t *testing.T, role string) *process {
	t.Helper()
	user := "orders" + strings.ToUpper(role[:1]) + role[1:]
	return start(t, append(environment(s.users[user]), "ROLES="+role)...)
}

// shopProcesses are those of one service with split roles.
type shopProcesses struct{ command, query, projector, relay *process }

func (s *guardedShop) opens(t *testing.T) shopProcesses {
	t.Helper()
	return shopProcesses{
		relay: s.runs(t, "relay"), command: s.runs(t, "command"), query: s.runs(t, "query"),
		projector: s.runs(t, "projector"), // The last one, so that it soon saves its position.
	}
}

func (p shopProcesses) close(t *testing.T) {
	t.Helper()
	for _, each := range []*process{p.query, p.command, p.projector, p.relay} {
		each.terminate(t)
		each.ends(t, 0, "")
	}
}

// The roles that docs/operations.md makes are enough for everything, in one database and in two.
func TestTheRolesOfThePageAreEnough(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	for name, read := range map[string]string{"one database": "one", "two databases": "two_views"} {
		write, _, _ := strings.Cut(read, "_")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newGuardedShop(t, g, write, read)
			s.admits(t)
			launch(t, "", append(environment(s.users["ordersQuery"]), "ROLES=query")).
				ends(t, 1, "run `orders migrate up`")
			for _, direction := range []string{"up", "down", "up", "version"} {
				s.operates(t, 0, "ordersMigrate", "migrate", direction)
			}
			p := s.opens(t)
			p.live(t)
			s.isMended(t, p)
			s.isRetried(t, p)
			p.close(t)
			s.operates(t, 0, "ordersOperator", "subscription", "retry")
			s.operates(t, 0, "ordersOperator", "subscription", "reset", "--yes")
			s.isRebuilt(t)
			s.recovers(t)
		})
	}
}

// live plays the life of an order, and reads all there is to read meanwhile.
func (p shopProcesses) live(t *testing.T) {
	t.Helper()
	told := listen(t, p.query.client, "/queries/orders/stream", "")
	defer told.close()
	a := p.command.create(t)
	id := a.id()
	for _, step := range linkedLife {
		path, _ := a.at("links", step.link).(string)
		a = p.command.must(t, 200, "POST", path, step.body, "Idempotency-Key: "+step.link)
	}
	order := "/queries/orders/" + id
	for _, path := range []string{
		order + "?minVersion=11", order + "/history", order + "?atVersion=3", "/queries/orders",
		"/queries/orders?status=COMPLETED", "/queries/users/user_123/summary",
		"/admin/projections", "/admin/subscriptions",
	} {
		p.query.must(t, 200, "GET", path, "")
	}
	p.query.isReady(t)
	p.projector.must(t, 200, "GET", "/admin/projections", "")
	p.command.must(t, 503, "GET", "/admin/projections", "")
	p.command.must(t, 503, "GET", "/admin/subscriptions", "")
	eventually(t, "somebody sees why the broker is not told", func() bool {
		shown := p.query.must(t, 200, "GET", "/admin/subscriptions", "")
		all, _ := shown.at("subscriptions").([]any)
		return strings.Contains(fmt.Sprint(all...), "failure:map[reason:")
	})
	eventually(t, "the stream tells of it", func() bool { return told.has(id, 11) })
}

// isMended plants flaws, which an operator finds and mends.
func (s *guardedShop) isMended(t *testing.T, p shopProcesses) {
	t.Helper()
	ids := make([]string, 5)
	for i := range ids {
		ids[i] = p.command.create(t).id()
		p.command.must(t, 200, "POST", "/commands/orders/"+ids[i]+"/confirm", "")
	}
	s.isShown(t)
	plant(t, s.Root(s.read).Collection("order_reads"), ids, "ord_"+strings.Repeat("a", 26))
	s.operates(t, 1, "ordersOperator", "projection", "verify")
	s.operates(t, 0, "ordersOperator", "projection", "verify", "--repair")
	s.operates(t, 0, "ordersOperator", "projection", "verify")
}

// isShown waits until the views are right.
func (s *guardedShop) isShown(t *testing.T) {
	t.Helper()
	settles(t, environment(s.users["ordersOperator"])...)
}

// isRetried damages a commit, whose order is parked, and released once the commit is put right.
func (s *guardedShop) isRetried(t *testing.T, p shopProcesses) {
	t.Helper()
	id := p.command.create(t).id()
	commits, key := s.Root(s.write).Collection("order_writes"), id+"/000002"
	damaged := bson.M{
		"_id": key, "orderId": id, "version": 2, "committedAt": time.Now(), "commitId": "x",
		"events": bson.A{bson.M{"type": "Teleported", "schema": 1, "data": bson.M{}}},
	}
	if _, err := commits.InsertOne(t.Context(), damaged); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is parked", func() bool {
		said := s.operates(t, 0, "ordersOperator", "projection", "status")
		return strings.Count(said, id+" version 2") == 2
	})
	s.operates(t, 1, "ordersOperator", "projection", "retry")
	if _, err := commits.UpdateByID(t.Context(), key, bson.M{
		"$set": bson.M{"events.0.type": "OrderConfirmed"},
	}); err != nil {
		t.Fatal(err)
	}
	s.operates(t, 0, "ordersOperator", "projection", "retry")
	p.query.must(t, 200, "GET", "/queries/orders/"+id, "").want(t, `2`, "order", "version")
}

// isRebuilt rebuilds until the first generation is dropped, and rolls back. The processes start
// again at each, and go on.
func (s *guardedShop) isRebuilt(t *testing.T) {
	t.Helper()
	for _, replace := range []string{"rebuild", "rebuild", "rollback", "rebuild"} {
		p := s.opens(t)
		p.command.create(t)
		s.operates(t, 0, "ordersOperator", "projection", replace, "orders")
		s.operates(t, 0, "ordersOperator", "projection", replace, "summary")
		p.live(t)
		s.isShown(t)
		p.close(t)
	}
	left, err := s.Root(s.read).ListCollectionNames(t.Context(), bson.M{
		"name": bson.M{"$in": bson.A{"order_reads", "order_reads_3"}},
	})
	if err != nil || len(left) > 0 {
		t.Errorf("generations of no use are left: %v, %v", left, err)
	}
}

// recovers loses what can be made again.
func (s *guardedShop) recovers(t *testing.T) {
	t.Helper()
	read := s.Root(s.read)
	if _, err := read.Collection("projections").DeleteMany(t.Context(), bson.M{}); err != nil {
		t.Fatal(err)
	}
	s.operates(t, 0, "ordersMigrate", "migrate", "up") // It has generation 1 again.
	s.operates(t, 0, "ordersOperator", "projection", "rebuild", "orders")
	p := s.opens(t)
	for _, name := range []string{"order_reads_2", "customer_orders"} {
		if err := read.Collection(name).Drop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	p.live(t)
	s.isShown(t)
	p.close(t)
}
