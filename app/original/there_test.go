package original_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

func TestKeysThatAreLeftOut(t *testing.T) {
	to := newTarget()
	for n, key := range []string{"a b", "ключ", strings.Repeat("k", 256)} {
		o := plain(func(o *ports.OriginalOrder) {
			o.OrderID, o.Key = fmt.Sprintf("ord_%010d", n), key
		})
		done := to.take(t, "USD", false, o)
		if done.WithNote != 1 || done.Keys+done.Refused > 0 || len(to.said) != 1 {
			t.Errorf("%+v: %v", done, to.said)
		}
	}
}

// What is there already stays as it is, and is named.
func TestWhatIsThereAlready(t *testing.T) {
	to := newTarget()
	to.take(t, "USD", false, plain(nil))
	for _, dry := range []bool{true, false} {
		to.take(t, "USD", dry, plain(func(o *ports.OriginalOrder) { o.UserID, o.Key = "bob", "" }))
		to.says(t, "refused orderId ord_V1StGXR8_Z: is there already, with other content")
		to.take(t, "USD", dry, plain(func(o *ports.OriginalOrder) { o.OrderID = "ord_0000000001" }))
		to.says(t, "refused idemKey k: stands for another order already")
	}
	h := command.NewHandler(to.store, time.Now, nil)
	_, err := h.Handle(t.Context(), command.Request{
		OrderID: "ord_V1StGXR8_Z", Command: order.Confirm{}, Caller: access.Everyone(),
	})
	if err != nil {
		t.Fatal(err)
	}
	to.take(t, "USD", false, plain(nil)) // Nothing has changed there.
	to.says(t)
	to.take(t, "USD", false, plain(func(o *ports.OriginalOrder) { o.Status = "CANCELLED" }))
	to.says(t, "refused status ord_V1StGXR8_Z: was changed here since it was taken over, "+
		"and is CANCELLED in the original")
}

// A key that was used here keeps its answer.
func TestAKeyThatWasUsedHere(t *testing.T) {
	to := newTarget()
	h := command.NewHandler(to.store, time.Now, nil)
	r := command.Request{Key: "k", Caller: access.Everyone(), Command: order.Create{
		UserID: "ann", Currency: "USD",
		Items: []order.Item{{SKU: "mouse", Quantity: number("2"), Price: number("5.99")}},
	}}
	first, err := h.Handle(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		to.take(t, "USD", false, plain(nil))
		to.says(t, fmt.Sprintf("note idemKey k: has made order %s here: it is left out", first.ID))
	}
	h.ReplayImported(to.keys)
	again, err := h.Handle(t.Context(), r)
	if err != nil || again.ID != first.ID || !again.Replayed {
		t.Errorf("again it is %s, %v", again.ID, err)
	}
	to.view(t, "ord_V1StGXR8_Z")
}
