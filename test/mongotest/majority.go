package mongotest

import (
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// HoldMajority keeps the secondaries from learning what else a majority has. They replicate as
// ever. One that becomes primary goes on showing the present to majority reads, as every new
// primary does for a moment, until release is called, or the test ends.
func (r *ReplicaSet) HoldMajority() (release func()) {
	r.tb.Helper()
	const point = "disableSnapshotting"
	primary := r.Primary()
	r.awaitKnown(primary)
	set := func(member *Server, mode string) error {
		return test(member.URI("admin"), bson.D{
			{Key: "configureFailPoint", Value: point}, {Key: "mode", Value: mode},
		}, nil)
	}
	release = sync.OnceFunc(func() {
		for _, member := range r.Members {
			if err := set(member, "off"); err != nil {
				r.tb.Logf("let %s learn what a majority has: %v", member.Address(), err)
			}
		}
		if now := r.primary(); now != nil { // It learns with the next write.
			note := bson.D{{Key: "appendOplogNote", Value: 1}, {Key: "data", Value: bson.M{}}}
			if err := test(now.URI("admin"), note, nil); err != nil {
				r.tb.Logf("write to %s: %v", now.Address(), err)
			}
		}
	})
	r.tb.Cleanup(release)
	for _, member := range r.Members {
		if member == primary {
			continue
		}
		if err := set(member, "alwaysOn"); err != nil {
			r.tb.Fatalf("hold what %s knows of the majority: %v", member.Address(), err)
		}
	}
	return release
}

// awaitKnown waits until all members know that a majority has what the primary has. A majority read
// of a member that did not know of a collection would wait for that, for as long as it is held.
func (r *ReplicaSet) awaitKnown(primary *Server) {
	r.tb.Helper()
	_, all := optimes(primary)
	for _, member := range r.Members {
		begun := time.Now()
		for known, _ := optimes(member); known.Before(all); known, _ = optimes(member) {
			if time.Since(begun) > startTimeout {
				r.tb.Fatalf("%s does not know what a majority has", member.Address())
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// optimes are until when majority reads of a member show everything, and until when it has
// everything; zero if it does not answer.
func optimes(member *Server) (known, all primitive.Timestamp) {
	var status struct {
		Optimes struct {
			Known struct{ TS primitive.Timestamp } `bson:"readConcernMajorityOpTime"`
			All   struct{ TS primitive.Timestamp } `bson:"appliedOpTime"`
		}
	}
	_ = test(member.URI("admin"), bson.D{{Key: "replSetGetStatus", Value: 1}}, &status)
	return status.Optimes.Known.TS, status.Optimes.All.TS
}
