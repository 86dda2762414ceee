package access_test

import (
	"errors"
	"testing"

	"orders/app/access"
	"orders/ports"
)

func caller(scopes ...string) access.Caller {
	return access.Named(ports.Identity{
		Actor: ports.Actor{Subject: "ann", Issuer: "https://id.example"}, Scopes: scopes,
	})
}

// What each caller may ask for, of one operation for each scope.
func TestScopesAddUp(t *testing.T) {
	asked := []string{"health", "other", "order", "confirm", "complete", "projections"}
	for _, tt := range []struct {
		name   string
		caller access.Caller
		may    string // One letter for each of asked.
		class  access.Class
	}{
		{"no token", access.Caller{}, "y-----", ""},
		{"no scope", caller("openid", "profile"), "yy----", ""},
		{"read", caller("orders:read"), "yyy---", "r"},
		{"write", caller("orders:write"), "yyyy--", "w"},
		{"manage", caller("orders:manage"), "yyyyy-", "m"},
		{"admin", caller("orders:admin"), "yy---y", ""},
		{"read and admin", caller("orders:admin", "orders:read"), "yyy--y", "r"},
		{"all", caller("orders:manage", "orders:read", "orders:admin"), "yyyyyy", "m"},
		{"nearly", caller("orders:Manage", "orders", "orders:", "orders:manage "), "yy----", ""},
		{"an empty scope", caller(""), "yy----", ""},
		{"everyone", access.Everyone(), "yyyyyy", "*"},
	} {
		may := ""
		for _, operation := range asked {
			if tt.caller.May(operation) == nil {
				may += "y"
			} else {
				may += "-"
			}
		}
		if may != tt.may || tt.caller.Class() != tt.class {
			t.Errorf("%s: may %s, class %q; want %s, %q",
				tt.name, may, tt.caller.Class(), tt.may, tt.class)
		}
	}
}

func TestARefusalNamesWhatIsMissing(t *testing.T) {
	var token *ports.TokenError
	if err := (access.Caller{}).May("create"); !errors.As(err, &token) {
		t.Errorf("without a token: %v", err)
	}
	for operation, want := range map[string]access.Scope{
		"create": access.Write, "complete": access.Manage, "projections": access.Admin,
	} {
		var scope *access.ScopeError
		if err := caller("orders:read").May(operation); !errors.As(err, &scope) ||
			scope.Scope != want {
			t.Errorf("%s: %v, want the scope %s", operation, err, want)
		}
	}
}

func TestOnlyOwnOrdersAreSeen(t *testing.T) {
	for _, tt := range []struct {
		name     string
		caller   access.Caller
		ann, bob bool
	}{
		{"nobody", access.Caller{}, false, false},
		{"no scope", caller(), false, false},
		{"admin", caller("orders:admin"), false, false},
		{"read", caller("orders:read"), true, false},
		{"write", caller("orders:write"), true, false},
		{"manage", caller("orders:manage"), true, true},
		{"everyone", access.Everyone(), true, true},
	} {
		ann, bob := tt.caller.Sees("ann"), tt.caller.Sees("bob")
		if ann != tt.ann || bob != tt.bob {
			t.Errorf("%s sees ann's %v and bob's %v", tt.name, ann, bob)
		}
		if _, confined := tt.caller.Confined(); confined == tt.bob {
			t.Errorf("%s is confined: %v", tt.name, confined)
		}
	}
	if access.Named(ports.Identity{Scopes: []string{"orders:read"}}).Sees("") {
		t.Error("a caller without a name sees an order without a user")
	}
}

func TestAnOperationWithoutARuleDoesNotStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an unknown operation needs something")
		}
	}()
	access.Needs("unknown")
}
