package order

import (
	"slices"

	"orders/adapters/http/wire"
	"orders/ports"
)

// sorts are how lists may be sorted. A cursor has the place of its sort among them.
var sorts = []namedSort{
	{"-createdAt", ports.Sort{}},
	{"createdAt", ports.Sort{OldestFirst: true}},
	{"updatedAt", ports.Sort{ByUpdate: true, OldestFirst: true}},
	{"-updatedAt", ports.Sort{ByUpdate: true}},
}

type namedSort struct {
	name string
	sort ports.Sort
}

// numberOf is the place of a sort among all.
func numberOf(s ports.Sort) byte {
	return byte(slices.IndexFunc(sorts, func(n namedSort) bool { return n.sort == s }))
}

func sortNames() (names []string) {
	for _, s := range sorts {
		names = append(names, s.name)
	}
	return names
}

// sortOf reads the parameter sort.
func sortOf(a *wire.Query) ports.Sort {
	name := wire.OneOf(a, "sort", sortNames())
	for _, s := range sorts {
		if s.name == name {
			return s.sort
		}
	}
	return ports.Sort{}
}
