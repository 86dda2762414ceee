package message

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"orders/domain/order"
)

// FuzzDecode compares what is decoded strictly and tolerantly.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"userId":"u","currency":"EUR","items":[{"sku":"s","qty":1,"price":2.5}]}`,
		`{"curency":"EUR","items":[{"prise":1,"x":[{}]}]}`, `{"x":1,"x":2}`, `[]`, ``,
		`{"items":{}}`,
		`{"items":[[{"x":1}]],"userId":5}`, `{"é":{"é":1}}`, `{"a":1`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		strict, refused := Decode[NewOrder](text)
		tolerant, ignored, err := DecodeTolerantly[NewOrder](text)
		alike := err == nil && ignored == nil && reflect.DeepEqual(strict, tolerant)
		switch {
		case refused == nil && !alike:
			t.Errorf("strictly it is %+v, tolerantly %+v, %q, %v", strict, tolerant, ignored, err)
		case refused == nil && !json.Valid(text):
			t.Error("it is not JSON")
		case refused != nil && err == nil && len(ignored) == 0:
			t.Errorf("nothing is ignored, yet strictly it is refused: %v", refused)
		}
		for _, err := range []error{refused, err} {
			var refusal *order.Error
			if err != nil && (!errors.As(err, &refusal) || len(refusal.Issues) == 0) {
				t.Errorf("the error %v names nothing", err)
			}
		}
	})
}
