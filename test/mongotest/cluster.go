package mongotest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest/server"
)

const (
	members = 3
	// askTimeout is how long a member may take to say whether it is primary.
	askTimeout = time.Second
)

// ReplicaSet is a set of three for tests that lose one of them. It elects a new primary about
// three seconds after the old one is gone.
type ReplicaSet struct {
	Members []*Server

	tb    testing.TB
	nodes []node
}

// Cluster starts a replica set of three for this test alone. It is ready in about five seconds.
func Cluster(tb testing.TB, args ...string) *ReplicaSet {
	tb.Helper()
	nodes := mustLaunch(tb, order{members: members, set: true, args: args})
	r := &ReplicaSet{tb: tb, nodes: nodes}
	for _, node := range nodes {
		r.Members = append(r.Members, &Server{tb: tb, node: node, member: true})
	}
	return r
}

// URI leads to a database on the set, which ends with the set.
func (r *ReplicaSet) URI(database string) string { return setURI(r.nodes, database) }

// Primary returns the member that takes writes, and waits for one to be elected.
func (r *ReplicaSet) Primary() *Server {
	r.tb.Helper()
	for begun := time.Now(); time.Since(begun) < startTimeout; time.Sleep(50 * time.Millisecond) {
		if primary := r.primary(); primary != nil {
			return primary
		}
	}
	r.tb.Fatal("the replica set elects no primary")
	return nil
}

// StepDown makes the primary hand over to another member, which has all that it acknowledged.
func (r *ReplicaSet) StepDown() {
	r.tb.Helper()
	was := r.Primary()
	const seconds = 10 // For which it is no candidate.
	err := test(was.URI("admin"), bson.D{{Key: "replSetStepDown", Value: seconds}}, nil)
	if err != nil {
		r.tb.Fatalf("%s does not step down: %v", was.Address(), err)
	}
	if r.Primary() == was {
		r.tb.Fatalf("%s is primary again", was.Address())
	}
}

// awaitReady waits until a member is primary or secondary.
func (r *ReplicaSet) awaitReady(member *Server) {
	r.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	if err := server.AwaitReady(ctx, member.Address(), true); err != nil {
		r.tb.Fatalf("%s is not back: %v", member.Address(), err)
	}
}

// primary returns the primary of the latest election: one that was frozen may not know of it.
func (r *ReplicaSet) primary() (latest *Server) {
	var elected server.Hello
	for _, member := range r.Members {
		ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
		hello, err := server.Ask(ctx, member.URI("admin"))
		cancel()
		if err != nil || !hello.Primary {
			continue
		}
		if latest == nil || bytes.Compare(hello.ElectionID[:], elected.ElectionID[:]) > 0 {
			latest, elected = member, hello
		}
	}
	return latest
}
