package service

import (
	"cmp"
	"fmt"
	"log/slog"
	"strings"

	"go.uber.org/fx"

	"orders/adapters/http"
)

// Access prints who may do what: each operation, what it needs, and its routes. It asks no
// database.
func Access(out Output) error {
	var server *http.Server
	c := Config{WriteStore: Memory, ReadStore: Memory}
	app := fx.New(Module(c, "", slog.New(slog.DiscardHandler)), fx.Populate(&server))
	if err := app.Err(); err != nil {
		return err
	}
	for _, r := range server.Rules() {
		text := fmt.Sprintf("%-17s %-14s %s\n", r.Operation, r.Needs,
			cmp.Or(strings.Join(r.Routes, ", "), "(whatever else is asked for)"))
		if err := out.write(r, text); err != nil {
			return err
		}
	}
	return nil
}
