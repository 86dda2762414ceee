package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.uber.org/fx"

	"orders/adapters/memory"
	"orders/adapters/mongo"
)

// A Store is the name of one of stores, or Auto.
type Store string

// Auto is the last of stores whose settings are complete.
const (
	Auto   Store = "auto"
	Memory Store = "memory"
	Mongo  Store = "mongo"
)

// A store is a technology that keeps one side or both.
type store struct {
	name        Store
	write, read side
	needs       string // The variable that it requires; empty if it requires none.
	lasts       bool   // Its data is shared with other processes, and outlasts this one.
	feed        string // How it tells what was committed.
	// audit opens what keeps what operators did; nil if the store does not keep that.
	audit func(context.Context, Config) (openedAudit, error)
	// configure supplies what its modules need.
	configure func(c Config, p purpose) fx.Option
}

// A side is how a store keeps the events, or the read models.
type side struct {
	module fx.Option               // Nil if the store does not support this side.
	isSet  func(Config) (has bool) // Reports whether its settings are complete. Nil if it has none.
}

// stores are all stores.
var stores = []store{
	{
		name:  Memory,
		write: side{module: memory.WriteModule},
		read:  side{module: memory.ReadModule},
		feed:  "memory",
	},
	{
		name:      Mongo,
		write:     side{mongo.WriteModule, func(c Config) bool { return c.MongoURI != "" }},
		read:      side{mongo.ReadModule, func(c Config) bool { return c.ReadURI != "" }},
		needs:     "MONGODB_URI",
		lasts:     true,
		audit:     openMongoAudit,
		feed:      "change stream",
		configure: configureMongo,
	},
}

func configureMongo(c Config, p purpose) fx.Option {
	tasks := p.tasks(c)
	tasks.OneServer = c.WriteStore == Mongo && c.ReadURI == c.MongoURI
	return fx.Supply(mongo.WriteURI(c.MongoURI), mongo.ReadURI(c.ReadURI), tasks)
}

// configured supplies what the modules of the store need, which may be nothing.
func (s store) configured(c Config, p purpose) fx.Option {
	if s.configure == nil {
		return fx.Options()
	}
	return s.configure(c, p)
}

func (s store) writes() side { return s.write }
func (s store) reads() side  { return s.read }

func (s side) has(c Config) bool { return s.module != nil && (s.isSet == nil || s.isSet(c)) }

// namesOf returns the names of the stores that support a side.
func namesOf(of func(store) side) (names []string) {
	for _, s := range stores {
		if of(s).module != nil {
			names = append(names, string(s.name))
		}
	}
	return names
}

// withStores returns c with the store of each side chosen.
func (c Config) withStores() (Config, error) {
	if c.ReadURI == "" {
		c.ReadURI = c.MongoURI
	}
	var err error
	if c.WriteStore, err = c.choose(c.WriteStore, "write", store.writes); err == nil {
		c.ReadStore, err = c.choose(c.ReadStore, "read", store.reads)
	}
	return c, err
}

// choose returns the store of a side. For Auto it is the last one whose settings are complete.
func (c Config) choose(name Store, of string, side func(store) side) (Store, error) {
	if name == Auto || name == "" {
		for _, s := range slices.Backward(stores) {
			if side(s).has(c) {
				return s.name, nil
			}
		}
	}
	switch s := name.store(); {
	case side(s).module == nil:
		return name, fmt.Errorf("the %s store cannot be %q; it can be %s", of, name,
			strings.Join(namesOf(side), " or "))
	case !side(s).has(c):
		return name, fmt.Errorf("the %s store is %s, so %s must be set", of, name, s.needs)
	}
	return name, nil
}

// store returns the store of this name, or the zero store if there is none.
func (s Store) store() store {
	i := slices.IndexFunc(stores, func(each store) bool { return each.name == s })
	if i < 0 {
		return store{}
	}
	return stores[i]
}

// lasts reports whether the data of both sides lasts.
func (c Config) lasts() bool { return c.WriteStore.store().lasts && c.ReadStore.store().lasts }
