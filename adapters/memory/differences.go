package memory

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"orders/ports"
)

// differences compares field by field, down to the fields that contain no others.
func differences[V any](is, shouldBe V) []ports.Difference {
	return compareFields(nil, "", reflect.ValueOf(is), reflect.ValueOf(shouldBe))
}

// compareFields adds to found the fields in which a and b differ. They have one type; one of them
// may be missing.
func compareFields(found []ports.Difference, name string, a, b reflect.Value) []ports.Difference {
	some := a
	if !some.IsValid() {
		some = b
	}
	_, isTime := some.Interface().(time.Time)
	switch {
	case some.Kind() == reflect.Struct && !isTime:
		for i := range some.NumField() {
			below := join(name, some.Type().Field(i).Name)
			found = compareFields(found, below, field(a, i), field(b, i))
		}
	case some.Kind() == reflect.Slice:
		for i := range max(length(a), length(b)) {
			below := join(name, strconv.Itoa(i))
			found = compareFields(found, below, element(a, i), element(b, i))
		}
	case spell(a) != spell(b):
		found = append(found, ports.Difference{Field: name, Is: spell(a), ShouldBe: spell(b)})
	}
	return found
}

func join(name, below string) string {
	if name == "" {
		return below
	}
	return name + "." + below
}

func field(v reflect.Value, i int) reflect.Value {
	if !v.IsValid() {
		return v
	}
	return v.Field(i)
}

func element(v reflect.Value, i int) reflect.Value {
	if i >= length(v) {
		return reflect.Value{}
	}
	return v.Index(i)
}

func length(v reflect.Value) int {
	if !v.IsValid() {
		return 0
	}
	return v.Len()
}

func spell(v reflect.Value) string {
	if !v.IsValid() {
		return "-"
	}
	if at, ok := v.Interface().(time.Time); ok {
		return at.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v.Interface())
}
