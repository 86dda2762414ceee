package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"orders/adapters/mongo/document"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
)

var errMissing = errors.New("is missing; after `migrate down`, `migrate up` makes it")

// An Index is one that a set makes.
type Index struct {
	Key  bson.Raw `bson:"key"`
	Name string   `bson:"name"`
	Raw  bson.Raw // All of it, as createIndexes takes it.
}

// IndexesOf lists the indexes of a collection, none if it does not exist.
func IndexesOf(ctx context.Context, c *driver.Collection) ([]Index, error) {
	cursor, err := c.Indexes().List(ctx)
	if err != nil {
		return nil, err
	}
	var listed []bson.Raw
	if err := cursor.All(ctx, &listed); err != nil {
		return nil, err
	}
	return indexesIn(listed)
}

func indexesIn(listed []bson.Raw) (all []Index, err error) {
	for _, raw := range listed {
		i := Index{Raw: raw}
		if err := bson.Unmarshal(raw, &i); err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, nil
}

// indexes reads from the set's files what they make.
func (s Set) indexes() ([]Index, error) {
	names, err := fs.Glob(s.Files, s.Folder+"/*.up.json")
	if err != nil {
		return nil, err
	}
	var all []Index
	for _, name := range names {
		text, err := fs.ReadFile(s.Files, name)
		if err != nil {
			return nil, err
		}
		var commands []struct {
			Indexes []bson.Raw `bson:"indexes"`
		}
		if err := bson.UnmarshalExtJSON(text, true, &commands); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		for _, c := range commands {
			made, err := indexesIn(c.Indexes)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			all = append(all, made...)
		}
	}
	return all, nil
}

// keys spells the fields and directions, whatever type of number they were made with.
func (i Index) keys() string {
	elements, err := i.Key.Elements()
	if err != nil {
		return err.Error()
	}
	var fields []string
	for _, e := range elements {
		direction := e.Value().String()
		if number, ok := e.Value().AsInt64OK(); ok {
			direction = fmt.Sprint(number)
		}
		fields = append(fields, e.Key()+": "+direction)
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// servesAs reports whether i finds what a needed index finds, whatever its name.
func (i Index) servesAs(needed Index) bool {
	collation, _ := i.Raw.Lookup("collation").DocumentOK()
	return i.keys() == needed.keys() && i.partial() == needed.partial() && !i.is("sparse") &&
		!i.is("hidden") && !isCollated(collation)
}

// partial spells which documents are in the index, unless all are.
func (i Index) partial() string { return i.Raw.Lookup("partialFilterExpression").String() }

// servedBy reports whether there is an index that serves as i.
func (i Index) servedBy(there []Index) bool {
	return slices.ContainsFunc(there, func(other Index) bool { return other.servesAs(i) })
}

func (i Index) has(option string) bool {
	_, err := i.Raw.LookupErr(option)
	return err == nil
}

// is reports whether an option is set, in any of the ways to say so.
func (i Index) is(option string) bool {
	value := i.Raw.Lookup(option)
	set, isBool := value.BooleanOK()
	return isBool && set || document.Number(value) != 0
}

// isCollated reports whether texts are compared otherwise than byte by byte.
func isCollated(collation bson.Raw) bool {
	return len(collation) > 0 && document.Text(collation, "locale") != "simple"
}
