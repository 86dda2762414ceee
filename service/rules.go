package service

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"

	"go.uber.org/fx"

	"orders/adapters/http"
	"orders/app/access"
)

// Access prints who may do what: each operation, what it needs, and its routes. It asks no
// database, and nobody about tokens.
func Access(c Config, out Output) error {
	if err := c.checkAccess(); err != nil {
		return err
	}
	var server *http.Server
	all := Config{WriteStore: Memory, ReadStore: Memory, AdminPort: 1} // With all routes.
	app := fx.New(Module(all, "", slog.New(slog.DiscardHandler)), fx.Populate(&server))
	if err := app.Err(); err != nil {
		return err
	}
	for _, r := range server.Rules() {
		if c.PrivateDocs && (r.Operation == "docs" || r.Operation == "document") {
			r.Needs = string(access.AnyToken)
		}
		text := fmt.Sprintf("%-17s %-14s %s\n", r.Operation, r.Needs, strings.Join(r.Routes, ", "))
		if len(r.Routes) == 0 {
			text = fmt.Sprintf("%-17s %s\n", "everything else", r.Needs)
		}
		if err := out.write(r, text); err != nil {
			return err
		}
	}
	if out.JSON {
		return nil
	}
	_, err := fmt.Fprint(out.Writer, "\n", c.whose(), "\n")
	return err
}

// whose says what the table does not: whose orders these are, and whether anybody is asked.
func (c Config) whose() string {
	if c.Auth != authJWT {
		return "AUTH=none: nobody needs a token, and everybody may do all of this with every " +
			"order.\nWith AUTH=jwt, this is what a token must allow."
	}
	return "A caller without orders:manage sees and changes own orders alone: those whose " +
		"userId is\nthe " + cmp.Or(c.UserClaim, "sub") + " of its token."
}
