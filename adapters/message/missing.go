package message

import (
	"errors"
	"reflect"
	"slices"

	"orders/domain/order"
)

const isMissing = "is missing"

// Missing returns err, the refusal of the command that body asks for, with better words: a value
// that the body does not have "is missing". The domain, which has no word for that, refuses it as
// an empty or a wrong one.
func Missing(body Body, err error) error {
	var refusal *order.Error
	if !errors.As(err, &refusal) || refusal.Kind != order.Invalid {
		return err
	}
	var issues []order.Issue
	for _, i := range refusal.Issues {
		if !isGiven(reflect.ValueOf(body), i.Path) {
			i.Message = isMissing
		}
		issues = append(issues, i)
	}
	return invalidBody(slices.CompactFunc(issues, bothMissing)...)
}

// bothMissing reports whether two issues say that the same value is missing.
func bothMissing(a, b order.Issue) bool {
	return a.Message == isMissing && b.Message == isMissing && slices.Equal(a.Path, b.Path)
}

// isGiven reports whether a body has the value at a path, or has no such field.
func isGiven(value reflect.Value, path []any) bool {
	for _, step := range path {
		switch step := step.(type) {
		case int:
			value = value.Index(step)
		case string:
			value = field(value, step)
		}
		if !value.IsValid() {
			return true
		}
	}
	given, is := value.Interface().(interface{ isGiven() bool })
	return !is || given.isGiven()
}
