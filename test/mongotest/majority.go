package mongotest

import (
	"sync"

	"go.mongodb.org/mongo-driver/bson"
)

// HoldMajority keeps the secondaries from learning what else a majority has. They replicate as
// ever. One that becomes primary goes on showing the present to majority reads, as every new
// primary does for a moment, until release is called, or the test ends.
func (r *ReplicaSet) HoldMajority() (release func()) {
	r.tb.Helper()
	const point = "disableSnapshotting"
	primary := r.Primary()
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
