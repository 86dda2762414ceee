package message

import (
	"reflect"
	"strings"
)

// A shape is what the objects of a type hold: the names of their fields, and the shape of the
// objects in those fields that are lists.
type shape struct {
	names []string
	lists map[string]*shape
}

func shapeOf(t reflect.Type) *shape {
	s := &shape{lists: map[string]*shape{}}
	for i := range t.NumField() {
		name := fieldName(t.Field(i))
		s.names = append(s.names, name)
		if list := t.Field(i).Type; list.Kind() == reflect.Slice {
			s.lists[name] = shapeOf(list.Elem())
		}
	}
	return s
}

// field returns the field that an object has under a name, or the zero Value.
func field(object reflect.Value, name string) (found reflect.Value) {
	for i := range object.NumField() {
		if fieldName(object.Type().Field(i)) == name {
			return object.Field(i)
		}
	}
	return found
}

// fieldName is the name of a field in JSON.
func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
