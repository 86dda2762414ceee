package command

import (
	"fmt"
	"testing"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		err          error
		code, detail string
	}{
		{&VersionError{}, "version-mismatch",
			"If-Match matches nothing, as the order does not exist yet"},
		{&VersionError{Current: 3}, "version-mismatch",
			"the order is at version 3, which If-Match does not list"},
		{&ports.TokenError{Reason: "it is old"}, "unauthenticated", "it is old"},
		{&access.ScopeError{Scope: access.Manage}, "insufficient-scope",
			"the token lacks the scope orders:manage"},
		{ErrKeyReused, KeyUsed.Code, KeyUsed.Detail},
		{ports.ErrNotFound, NotFound.Code, NotFound.Detail},
		{fmt.Errorf("wrapped: %w", order.ErrOnHold), "on-hold", "the order is on hold"},
		{ports.ErrUnavailable, "", ""},
		{ports.ErrOutcomeUnknown, "", ""},
		{ports.ErrUnreadable, "", ""},
		{budget.ErrSpent, "", ""},
		{nil, "", ""},
	} {
		r, is := RefusalOf(tt.err)
		if r.Code != tt.code || r.Detail != tt.detail || is != (tt.code != "") {
			t.Errorf("%v is refused: %v, %q, %q", tt.err, is, r.Code, r.Detail)
		}
	}
	many := &order.Error{Code: "c", Issues: make([]order.Issue, IssuesMax+1)}
	if r, _ := RefusalOf(many); len(r.Issues) != IssuesMax {
		t.Errorf("%d issues", len(r.Issues))
	}
}
