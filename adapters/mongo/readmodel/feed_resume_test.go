package readmodel

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson/primitive"
)

// A follower that could not open the stream of a generation that became live begins it again as
// early as at first: views were put there before they were put into the generation before.
func TestAStreamOfANewGenerationBreaksAtOnce(t *testing.T) {
	r := &follower{at: place{"before", primitive.Timestamp{T: 100}}}
	s := state{
		Live:     generation{UUID: "now", Since: primitive.Timestamp{T: 95}},
		Previous: &previous{UUID: "before"},
	}
	for range 2 {
		if isKnown := r.resumes(s, "now"); r.at.time.T != 90 || !isKnown {
			t.Errorf("it begins at %v, %v", r.at, isKnown)
		}
	}
}

// What queries show since a switch was put into the generation since that was fed. A follower that
// does not know when that began, or that has a place before all times, is lost.
func TestWhereAFollowerResumes(t *testing.T) {
	at := func(seconds uint32) primitive.Timestamp { return primitive.Timestamp{T: seconds} }
	for name, tt := range map[string]struct {
		since uint32
		from  place
		want  uint32 // 0 if it is lost.
	}{
		"a generation that was filled for long":       {50, place{"before", at(100)}, 50},
		"a generation that was filled in a moment":    {99, place{"before", at(100)}, 90},
		"one that became live when nobody noted that": {0, place{"before", at(100)}, 0},
		"the same generation":                         {50, place{"now", at(100)}, 100},
		"a generation that nobody knows":              {50, place{"other", at(100)}, 0},
		"a place before all times":                    {50, place{"before", at(9)}, 0},
		"the same, in the same generation":            {50, place{"now", at(0)}, 0},
	} {
		r := &follower{at: tt.from}
		s := state{
			Live: generation{UUID: "now", Since: at(tt.since)}, Previous: &previous{UUID: "before"},
		}
		if resumes := r.resumes(s, "now"); resumes != (tt.want > 0) ||
			resumes && r.at != (place{"now", at(tt.want)}) {
			t.Errorf("%s: %v, at %v", name, resumes, r.at)
		}
	}
}
