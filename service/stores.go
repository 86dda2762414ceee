package service

import (
	"fmt"
	"slices"
	"strings"

	"go.uber.org/fx"

	"orders/adapters/memory"
	"orders/adapters/mongo"
	"orders/adapters/mongo/startup"
)

// A Store names what keeps a side: one of stores, or Auto.
type Store string

// Auto is the last of stores that has all it needs.
const (
	Auto   Store = "auto"
	Memory Store = "memory"
	Mongo  Store = "mongo"
)

// A store is a technology that keeps one side or both.
type store struct {
	name        Store
	write, read side
	needs       string // The variable without which it keeps nothing; empty if it needs none.
	lasts       bool   // What it keeps is there for other processes, and after this one has ended.
	// configure supplies what its modules ask for, in a process that serves or one that does not.
	configure func(c Config, isServing bool) fx.Option
}

// A side is how a store keeps the events, or the read models.
type side struct {
	module fx.Option               // Nil if the store does not keep this side.
	isSet  func(Config) (has bool) // Reports whether it has what it needs. Nil if it needs nothing.
}

// stores are all stores there are.
var stores = []store{
	{
		name:  Memory,
		write: side{module: memory.WriteModule},
		read:  side{module: memory.ReadModule},
	},
	{
		name:      Mongo,
		write:     side{mongo.WriteModule, func(c Config) bool { return c.MongoURI != "" }},
		read:      side{mongo.ReadModule, func(c Config) bool { return c.ReadURI != "" }},
		needs:     "MONGODB_URI",
		lasts:     true,
		configure: configureMongo,
	},
}

func configureMongo(c Config, isServing bool) fx.Option {
	var does startup.Tasks // Without any, it finds out by itself what it may not.
	if isServing {
		does = startup.Tasks{
			Appends:  c.has(Command),
			Follows:  c.has(Query) || c.has(Projector) || c.MaxLag > 0,
			Projects: c.has(Projector),
			Watches:  c.has(Query),
		}
	}
	return fx.Supply(mongo.WriteURI(c.MongoURI), mongo.ReadURI(c.ReadURI), does)
}

func (s store) writes() side { return s.write }
func (s store) reads() side  { return s.read }

func (s side) has(c Config) bool { return s.module != nil && (s.isSet == nil || s.isSet(c)) }

// namesOf are the names of the stores that can keep a side.
func namesOf(of func(store) side) (names []string) {
	for _, s := range stores {
		if of(s).module != nil {
			names = append(names, string(s.name))
		}
	}
	return names
}

// withStores returns c with each side's choice made.
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

// choose returns the store of a side, the last that has all it needs where name is Auto.
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
		return name, fmt.Errorf("the %s store is to be %s, so %s must be set", of, name, s.needs)
	}
	return name, nil
}

// store returns what s names, and the zero store if there is none of that name.
func (s Store) store() store {
	i := slices.IndexFunc(stores, func(each store) bool { return each.name == s })
	if i < 0 {
		return store{}
	}
	return stores[i]
}

// lasts reports whether both sides do.
func (c Config) lasts() bool { return c.WriteStore.store().lasts && c.ReadStore.store().lasts }
