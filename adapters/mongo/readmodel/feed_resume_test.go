package readmodel

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson/primitive"
)

// A follower that could not open the stream of a generation that became live begins it again as
// early as at first: views were put there before they were put into the generation before.
func TestAStreamOfANewGenerationBreaksAtOnce(t *testing.T) {
	r := &follower{at: place{"before", primitive.Timestamp{T: 100}}}
	s := state{Live: generation{UUID: "now"}, Previous: &previous{UUID: "before"}}
	for range 2 {
		if isKnown := r.resumes(s, "now"); r.at.time.T != 90 || !isKnown {
			t.Errorf("it begins at %v, %v", r.at, isKnown)
		}
	}
}
