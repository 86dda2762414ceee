package e2e_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// A privilege is one entry of a role, as the page has it.
type privilege struct {
	Resource struct {
		DB         string `json:"db"`
		Collection string `json:"collection"`
	} `json:"resource"`
	Actions []string `json:"actions"`
}

// A right is one action of one privilege.
type right struct{ database, collection, action string }

// pageRoles are what the script on the page docs/operations.md makes of two names of databases.
func pageRoles(t *testing.T, write, read string) map[string][]privilege {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, found := strings.Cut(string(page), "```js\n")
	script, _, closed := strings.Cut(script, "```\n")
	if !found || !closed {
		t.Fatal("the page has no script")
	}
	roles := map[string][]privilege{}
	admin := map[string]any{
		"getRole": func(string) any { return nil },
		"createRole": func(made struct {
			Role       string      `json:"role"`
			Privileges []privilege `json:"privileges"`
		}) {
			roles[made.Role] = made.Privileges
		},
	}
	runtime := goja.New()
	runtime.SetFieldNameMapper(goja.TagFieldNameMapper("json", true))
	for name, value := range map[string]any{
		"process": map[string]any{"env": map[string]any{
			"WRITE_DATABASE": write, "READ_DATABASE": read,
		}},
		"db": map[string]any{"getSiblingDB": func(string) any { return admin }},
	} {
		if err := runtime.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := runtime.RunString(script); err != nil {
		t.Fatal(err)
	}
	return roles
}

// rightsOf are the actions of privileges, one by one.
func rightsOf(all []privilege) (rights []right) {
	for _, p := range all {
		for _, action := range p.Actions {
			r := right{p.Resource.DB, p.Resource.Collection, action}
			if !slices.Contains(rights, r) {
				rights = append(rights, r)
			}
		}
	}
	return rights
}

// makeRole makes a role of rights in MongoDB.
func makeRole(t *testing.T, g *mongotest.Guarded, name string, rights []right) {
	t.Helper()
	privileges := bson.A{}
	for _, r := range rights {
		privileges = append(privileges, bson.M{
			"resource": bson.M{"db": r.database, "collection": r.collection},
			"actions":  bson.A{r.action},
		})
	}
	if err := g.Root("admin").RunCommand(t.Context(), bson.D{
		{Key: "createRole", Value: name}, {Key: "privileges", Value: privileges},
		{Key: "roles", Value: bson.A{}},
	}).Err(); err != nil {
		t.Fatal(err)
	}
}
