package service

import (
	"log/slog"
	"strings"

	"go.uber.org/fx"

	"orders/app/projection"
)

// Vars are the values of the ${names} in the texts of the command line.
func Vars() (map[string]string, error) {
	models, err := readModels()
	return map[string]string{
		"write_stores": strings.Join(namesOf(store.writes), ", "),
		"read_stores":  strings.Join(namesOf(store.reads), ", "),
		"read_models":  strings.Join(models, " or "),
	}, err
}

// readModels are the names of the registered read models. They are the same in every store.
func readModels() ([]string, error) {
	var all projection.All
	c := Config{WriteStore: Memory, ReadStore: Memory}
	err := fx.New(stored(c, operating, slog.New(slog.DiscardHandler)), fx.Populate(&all)).Err()
	return all.Names(), err
}
