package oidc_test

import (
	"context"
	"testing"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// Whoever goes on for long after a token was accepted, as a stream does, learns when its key is
// taken away. A key that stays, beside others, changes nothing.
func TestAKeyThatIsTakenAwayEndsWhatItVouchedFor(t *testing.T) {
	i := issuer.New(t)
	old, next := i.Key(), issuer.NewKey("ES256")
	c := oidc.Config{Issuer: i.URL, Audience: issuer.Audience}
	a := oidc.Fixed(c, issuer.KeySet(old))
	valid := func(k issuer.Key) context.Context {
		id, err := a.Authenticate(t.Context(), k.Sign(nil, i.Claims("ann", "orders:read")))
		if err != nil {
			t.Fatal(err)
		}
		return id.Valid
	}
	first, remembered := valid(old), valid(old)
	a.Take(issuer.KeySet(old, next))
	a.Take(issuer.KeySet(next, old))
	again, other := valid(old), valid(next)
	for name, ctx := range map[string]context.Context{
		"of before": first, "remembered": remembered, "of now": again, "of the next key": other,
	} {
		if ctx.Err() != nil {
			t.Errorf("the one %s has ended though its key stays", name)
		}
	}
	a.Take(issuer.KeySet(next))
	for name, ctx := range map[string]context.Context{
		"of before": first, "remembered": remembered, "of now": again,
	} {
		if ctx.Err() == nil {
			t.Errorf("the one %s goes on without its key", name)
		}
	}
	if other.Err() != nil || valid(next).Err() != nil {
		t.Error("the one of the next key has ended")
	}
}

// A key that is published twice is one key.
func TestAKeyThatIsPublishedTwiceIsTakenAwayAsOne(t *testing.T) {
	i := issuer.New(t)
	old, next := i.Key(), issuer.NewKey("ES256")
	a := oidc.Fixed(oidc.Config{Issuer: i.URL, Audience: issuer.Audience}, issuer.KeySet(old, old))
	id, err := a.Authenticate(t.Context(), old.Sign(nil, i.Claims("ann", "orders:read")))
	if err != nil {
		t.Fatal(err)
	}
	a.Take(issuer.KeySet(old, old, next))
	a.Take(issuer.KeySet(next))
	if id.Valid.Err() == nil {
		t.Error("what the key vouched for goes on without it")
	}
}
