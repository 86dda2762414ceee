package message

import (
	"errors"
	"slices"
	"testing"

	"orders/domain/order"
)

// refused is what the domain says of a body, to an order that takes any valid command or none.
func refused[W Body](text string) []string {
	body, err := Decode[W]([]byte(text))
	if err == nil {
		_, err = order.Order{}.Decide(body.Command("USD"))
	}
	return told(Missing(body, err))
}

// incomplete are bodies of every command that takes any, with what is said of each.
var incomplete = map[string]struct{ got, want []string }{
	"create": {
		refused[NewOrder](`{}`), []string{`["userId"] is missing`, `["items"] is missing`},
	},
	"create an item": {
		refused[NewOrder](`{"userId":"","items":[{},{"sku":"s","qty":0,"price":0}]}`),
		[]string{
			`["userId"] must not be empty`,
			`["items",0,"sku"] is missing`, `["items",0,"qty"] is missing`,
			`["items",0,"price"] is missing`, `["items",1,"qty"] must be from 1 to 1000000`,
			`["items",1,"price"] must be greater than 0`,
		},
	},
	"changeItems": {
		refused[NewItems](`{"items":[]}`),
		[]string{`["items"] must hold at least one item`},
	},
	"authorizePayment": {
		refused[Authorization](`{}`),
		[]string{`["paymentId"] is missing`, `["amount"] is missing`},
	},
	"capturePayment": {
		refused[Capture](`{"captureId":"\u0000","amount":0}`),
		[]string{
			`["paymentId"] is missing`, `["captureId"] must not hold control characters`,
			`["amount"] must be greater than 0`,
		},
	},
	"voidPayment": {refused[Voiding](`{}`), []string{`["paymentId"] is missing`}},
	"refundPayment": {
		refused[Refund](`{}`),
		[]string{
			`["paymentId"] is missing`, `["refundId"] is missing`, `["amount"] is missing`,
		},
	},
	"shipItems": {
		refused[Shipment](`{"items":[{},{}]}`),
		[]string{
			`["shipmentId"] is missing`,
			`["items",0,"sku"] is missing`, `["items",0,"qty"] is missing`,
			`["items",1,"sku"] is missing`, `["items",1,"qty"] is missing`,
		},
	},
	"deliverShipment": {refused[Delivery](`{}`), []string{`["shipmentId"] is missing`}},
	"hold":            {refused[Hold](`{"note":"n"}`), []string{`["reason"] is missing`}},
	"cancel": {
		refused[Cancellation](`{"reason":""}`),
		[]string{`["reason"] must be one of [customer declined fraud inventory staff other]`},
	},
}

func TestWhatIsMissingIsCalledSo(t *testing.T) {
	for command, tt := range incomplete {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %q, want %q", command, tt.got, tt.want)
		}
	}
}

// Other refusals stay as they are.
func TestRefusalsOfTheStateAreNotReworded(t *testing.T) {
	_, err := order.Order{}.Decide(order.Confirm{})
	if got := Missing(Confirmation{}, err); !errors.Is(got, err) || err == nil {
		t.Errorf("%v became %v", err, got)
	}
}
