package mongotest

import (
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

// stopPoint keeps a member from fetching what the primary writes. Heartbeats go on.
const stopPoint = "stopReplProducer"

// A Divergence is a primary whose writes nobody follows. It acknowledges them as long as they wait
// for no majority, and stays primary, since the members still hear each other.
type Divergence struct {
	Primary *Server // That one, also after it was deposed.
	// Follow lets all members follow their primary again. It is called after the test, too.
	Follow func()

	set  *ReplicaSet
	rbid int // The server raises it each time that it takes back writes.
}

// Diverge stops the replication of all secondaries. What is acknowledged before is on all members.
func (r *ReplicaSet) Diverge() *Divergence {
	r.tb.Helper()
	d := &Divergence{Primary: r.Primary(), set: r}
	d.Follow = sync.OnceFunc(func() {
		d.mayStand(true)
		for _, member := range d.others() {
			err := test(member.URI("admin"), bson.D{
				{Key: "configureFailPoint", Value: stopPoint}, {Key: "mode", Value: "off"},
			}, nil)
			if err != nil {
				r.tb.Logf("start the replication of %s: %v", member.Address(), err)
			}
		}
	})
	r.tb.Cleanup(d.Follow)
	d.mayStand(false)
	r.stopReplication(d.others())
	rbid, err := rbidOf(d.Primary)
	if err != nil {
		r.tb.Fatalf("ask what %s has taken back: %v", d.Primary.Address(), err)
	}
	d.rbid = rbid
	return d
}

// stopReplication returns once these members fetch nothing any more.
func (r *ReplicaSet) stopReplication(members []*Server) {
	r.tb.Helper()
	entered := make([]int, len(members))
	run := func(member *Server, command bson.D, answer any) {
		if err := test(member.URI("admin"), command, answer); err != nil {
			r.tb.Fatalf("stop the replication of %s: %v", member.Address(), err)
		}
	}
	for i, member := range members {
		var armed struct{ Count int }
		run(member, bson.D{
			{Key: "configureFailPoint", Value: stopPoint}, {Key: "mode", Value: "alwaysOn"},
		}, &armed)
		entered[i] = armed.Count
	}
	for i, member := range members {
		run(member, bson.D{
			{Key: "waitForFailPoint", Value: stopPoint},
			{Key: "timesEntered", Value: entered[i] + 1},
			{Key: "maxTimeMS", Value: hangTimeout.Milliseconds()},
		}, nil)
	}
}

// Depose makes another member primary, which lacks what d.Primary alone has. It returns when
// d.Primary has taken that back and follows.
func (d *Divergence) Depose() {
	d.set.tb.Helper()
	d.elect()
	d.Follow()
	d.awaitTakingBack()
}

// Kill kills d.Primary, and returns once another member is primary, which lacks what that one alone
// had.
func (d *Divergence) Kill() {
	d.set.tb.Helper()
	d.Primary.Kill()
	d.elect()
	d.Follow()
}

// elect makes one of the others primary without letting it catch up with d.Primary.
func (d *Divergence) elect() {
	d.set.tb.Helper()
	d.mayStand(true)
	for begun := time.Now(); time.Since(begun) < startTimeout; {
		for _, member := range d.others() { // Only the one that is ahead gets the other one's vote.
			if test(member.URI("admin"), bson.D{{Key: "replSetStepUp", Value: 1}}, nil) != nil {
				continue
			}
			abort := bson.D{{Key: "replSetAbortPrimaryCatchUp", Value: 1}}
			_ = test(member.URI("admin"), abort, nil) // Fails if it has ended already.
			if d.set.Primary() == member {
				return
			}
		}
	}
	d.set.tb.Fatal("the replica set elects no other primary")
}

// awaitTakingBack returns when d.Primary has taken back what it alone had, and follows.
func (d *Divergence) awaitTakingBack() {
	d.set.tb.Helper()
	for begun := time.Now(); time.Since(begun) < startTimeout; time.Sleep(50 * time.Millisecond) {
		if rbid, err := rbidOf(d.Primary); err == nil && rbid > d.rbid {
			d.set.awaitReady(d.Primary)
			return
		}
	}
	d.set.tb.Fatalf("%s takes nothing back", d.Primary.Address())
}

// mayStand says whether the others may stand for an election. Where a machine stands still for
// longer than they wait for d.Primary, they would.
func (d *Divergence) mayStand(may bool) {
	seconds := 600
	if may {
		seconds = 0
	}
	for _, member := range d.others() {
		freeze := bson.D{{Key: "replSetFreeze", Value: seconds}}
		err := test(member.URI("admin"), freeze, nil)
		if err != nil && !may { // Later it may be gone, or primary.
			d.set.tb.Fatalf("keep %s from elections: %v", member.Address(), err)
		}
	}
}

func (d *Divergence) others() (all []*Server) {
	for _, member := range d.set.Members {
		if member != d.Primary {
			all = append(all, member)
		}
	}
	return all
}

func rbidOf(s *Server) (int, error) {
	var answer struct{ RBID int }
	err := test(s.URI("admin"), bson.D{{Key: "replSetGetRBID", Value: 1}}, &answer)
	return answer.RBID, err
}
