package service

import "testing"

func TestTheBaseIsWhatLivesForLong(t *testing.T) {
	h := &heap{}
	const mib = 1 << 20
	for _, step := range []struct{ live, used, base int64 }{
		{100 * mib, 0, 100 * mib},
		{300 * mib, 200 * mib, 100 * mib}, // Answers.
		{150 * mib, 200 * mib, 100 * mib}, // They need less than they took.
		{500 * mib, 200 * mib, 300 * mib}, // Orders came.
		{90 * mib, 1 * mib, 90 * mib},     // They went.
	} {
		if h.follow(step.live, step.used); h.base != step.base {
			t.Errorf("%+v: the base is %d", step, h.base)
		}
	}
}
