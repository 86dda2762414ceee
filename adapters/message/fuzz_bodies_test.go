package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"runtime"
	"testing"

	"orders/domain/order"
)

// reading returns what a kind of body makes of a text.
func reading[W Body](text []byte) (order.Command, error) {
	body, err := Decode[W](text)
	if err != nil {
		return nil, err
	}
	return body.Command("USD"), nil
}

var bodies = map[string]func([]byte) (order.Command, error){
	"NewOrder": reading[NewOrder], "NewItems": reading[NewItems],
	"Confirmation": reading[Confirmation], "Completion": reading[Completion],
	"Cancellation": reading[Cancellation], "Hold": reading[Hold], "Release": reading[Release],
	"Authorization": reading[Authorization], "Capture": reading[Capture],
	"Voiding": reading[Voiding], "Refund": reading[Refund],
	"Shipment": reading[Shipment], "Delivery": reading[Delivery],
}

// FuzzBodies wants every kind of body to mean one thing: what is accepted is JSON to another
// decoder, too, and as that decoder writes it again, it asks for the same command. What is refused
// is so with an issue. Neither takes memory out of proportion.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{
		usual, `{}`, ``, ` {"items":[]} `, `{"reason":"FRAUD","note":"\u00e9\ud83d\ude00"}`,
		`{"paymentId":"p","amount":1e2,"captureId":"c"}`, `{"paymentId":"p","amount":-0.10}`,
		`{"shipmentId":"s","items":[{"sku":"a","qty":2}],"carrier":"c"}`,
		`{"paymentId":"a","paymentId":"b"}`, `{"PaymentId":"a"}`, `{"paymentId":"\ud800"}`,
		"{\"paymentId\":\"\xff\"}", `{"amount":1e999999999}`, `{"note":null}`, `{}{}`,
		`{"a":{"b":0}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for kind, read := range bodies {
			command, err := measured(t, kind, text, read)
			var refusal *order.Error
			switch {
			case err == nil && len(bytes.Trim(text, " \t\r\n")) == 0:
			case err == nil:
				again, failed := read(rewritten(t, text))
				if failed != nil || !reflect.DeepEqual(again, command) {
					t.Errorf("%s: %+v is written again as %+v, %v", kind, command, again, failed)
				}
			case !errors.As(err, &refusal) || len(refusal.Issues) == 0:
				t.Errorf("%s: the error %v names nothing", kind, err)
			}
		}
	})
}

// rewritten is text as another decoder understands it.
func rewritten(t *testing.T, text []byte) []byte {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	if err == nil && decoder.More() {
		err = errors.New("something follows")
	}
	if err != nil {
		t.Fatalf("it is accepted, and to another decoder: %v", err)
	}
	text, err = json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// measured reads text, and wants that this takes some hundred bytes for each of its bytes, at most.
func measured(
	t *testing.T, kind string, text []byte, read func([]byte) (order.Command, error),
) (order.Command, error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	command, err := read(text)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > uint64(64<<10+500*len(text)) {
		t.Errorf("%s: %d bytes of text take %d bytes", kind, len(text), took)
	}
	return command, err
}
