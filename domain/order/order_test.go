package order_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"orders/domain/order"
)

var (
	mouse   = order.Item{SKU: "mouse", Quantity: number("2"), Price: number("5.99")}
	create  = order.Create{UserID: "ann", Currency: "USD", Items: []order.Item{mouse}}
	confirm = order.Confirm{}
	cancel  = order.Cancel{Reason: "customer", Note: "too late"}

	created = order.Created{
		UserID: "ann",
		Lines:  []order.Line{{SKU: "mouse", Quantity: 2, Price: usd(599)}},
	}
	confirmed = order.Confirmed{}
	cancelled = order.Cancelled{Reason: "customer", Note: "too late"}
)

func TestDecide(t *testing.T) {
	given(t, []decision{
		{"create an order", nil, create, events{created}, nil},
		{"create it twice", events{created}, create, nil, order.ErrNotAllowed},
		{"create it without anything", nil, order.Create{}, nil, order.ErrInvalid},
		{"confirm it", events{created}, confirm, events{confirmed}, nil},
		{"confirm it twice", events{created, confirmed}, confirm, nil, nil},
		{"confirm once cancelled", events{created, cancelled}, confirm, nil, order.ErrNotAllowed},
		{"confirm it before it is created", nil, confirm, nil, order.ErrNotAllowed},
		{"cancel it", events{created}, cancel, events{cancelled}, nil},
		{"cancel it once confirmed", events{created, confirmed}, cancel, events{cancelled}, nil},
		{"cancel it twice", events{created, cancelled}, cancel, nil, nil},
		{
			"cancel it again for another reason", events{created, cancelled},
			order.Cancel{Reason: "fraud"}, nil, order.ErrNotAllowed,
		},
		{
			"cancel it for no known reason", events{created},
			order.Cancel{Reason: "mood"}, nil, order.ErrInvalid,
		},
	})
}

type events = []order.Event

// A decision is what an order with a past makes of a command.
type decision struct {
	name  string
	given events
	when  order.Command
	then  events
	err   error
}

func given(t *testing.T, decisions []decision) {
	t.Helper()
	for _, tt := range decisions {
		t.Run(tt.name, func(t *testing.T) {
			got, err := order.Replay(tt.given).Decide(tt.when)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if !reflect.DeepEqual(got, tt.then) {
				t.Errorf("events %v, want %v", got, tt.then)
			}
		})
	}
}

func TestRejectionTeaches(t *testing.T) {
	_, err := order.Replay([]order.Event{created, confirmed}).Decide(create)
	var refusal *order.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("error %v, want an *order.Error", err)
	}
	want := []string{"authorizePayment", "capturePayment", "hold", "cancel"}
	if refusal.Status != "CONFIRMED" || !reflect.DeepEqual(refusal.Allowed, want) {
		t.Errorf("status %s allows %v, want CONFIRMED and %v",
			refusal.Status, refusal.Allowed, want)
	}
}

// The same code may be the content's fault or the state's.
func TestWhatIsAtFault(t *testing.T) {
	paid := []order.Event{created, captured("p", "c", 1198)}
	for _, tt := range []struct {
		name  string
		given events
		when  order.Command
		then  order.Kind
	}{
		{"too much to capture", events{created}, capture("p", "c", "11.99"), order.Unfit},
		{"nothing left to capture", paid, capture("q", "d", "1"), order.Rejected},
		{"an id that comes again", paid, capture("p", "c", "1"), order.Unfit},
		{"too much to refund", paid, refund("p", "r", "11.99"), order.Unfit},
		{"a refund of no payment", paid, refund("q", "r", "1"), order.Unfit},
		{"nothing to refund", events{created}, refund("p", "r", "1"), order.Rejected},
		{"a void of no payment", events{created, authorized("p", 1)}, void("q"), order.Unfit},
		{"nothing to void", paid, void("p"), order.Rejected},
		{"too many to ship", append(paid, confirmed), ship("s", "mouse", "3"), order.Unfit},
		{"too early to ship", paid, ship("s", "mouse", "2"), order.Rejected},
		{"nothing", nil, order.Create{}, order.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := order.Replay(tt.given).Decide(tt.when)
			var refusal *order.Error
			if !errors.As(err, &refusal) || refusal.Kind != tt.then {
				t.Errorf("it is %+v, want %s", refusal, tt.then)
			}
		})
	}
}

func TestEveryWrongValueIsNamed(t *testing.T) {
	wrong := order.Create{
		UserID:   "ann\x00",
		Currency: "usd",
		Items: []order.Item{
			{SKU: "", Quantity: number("1.5"), Price: number("-1")},
			{SKU: strings.Repeat("x", 129), Quantity: number("0"), Price: number("1e400")},
			{SKU: "fine", Quantity: number("1000001"), Price: number("0")},
		},
	}
	wantPaths(t, wrong,
		"[userId]", "[currency]",
		"[items 0 sku]", "[items 0 qty]", "[items 0 price]",
		"[items 1 sku]", "[items 1 qty]", "[items 1 price]",
		"[items 2 qty]", "[items 2 price]",
	)
}

func TestLimits(t *testing.T) {
	many := func(n int, item order.Item) order.Create {
		c := create
		for c.Items = nil; len(c.Items) < n; {
			c.Items = append(c.Items, item)
		}
		return c
	}
	dear := order.Item{SKU: "a", Quantity: number("1000000"), Price: number("9999999999999.99")}
	half := order.Item{SKU: "a", Quantity: number("1"), Price: number("5000000000000")}
	wantPaths(t, many(500, mouse))
	wantPaths(t, many(501, mouse), "[items]")
	wantPaths(t, many(0, mouse), "[items]")
	wantPaths(t, many(500, dear), "[items]")
	wantPaths(t, many(2, half), "[items]")
	wantPaths(t, many(1, half))
	wantPaths(t, order.Cancel{Reason: "other", Note: strings.Repeat("ü", 1000)})
	wantPaths(t, order.Cancel{Reason: "other", Note: strings.Repeat("ü", 1001)}, "[note]")
}

func TestMoneyIsExact(t *testing.T) {
	for _, tt := range []struct {
		currency   order.Currency
		price, qty string
		total      string // Empty when refused.
	}{
		{"USD", "0.1", "3", "0.3"},
		{"USD", "10.99", "1", "10.99"},
		{"USD", "1099e-2", "10", "109.9"},
		{"USD", "1.099E+1", "1", "10.99"},
		{"USD", "10.999", "1", ""},
		{"USD", "10.990", "1", "10.99"},
		{"USD", "0.05", "1", "0.05"},
		{"JPY", "599", "2", "1198"},
		{"JPY", "599.0", "2", "1198"},
		{"JPY", "0.5", "2", ""},
		{"KWD", "1.234", "2", "2.468"},
		{"KWD", "1.2345", "2", ""},
		{"USD", "9999999999999.99", "1", "9999999999999.99"},
		{"USD", "10000000000000", "1", ""},
	} {
		c := order.Create{UserID: "ann", Currency: tt.currency, Items: []order.Item{
			{SKU: "a", Quantity: number(tt.qty), Price: number(tt.price)},
		}}
		events, err := order.Order{}.Decide(c)
		switch {
		case err != nil && tt.total != "":
			t.Errorf("%s × %s %s: %v", tt.qty, tt.price, tt.currency, err)
		case err == nil && order.Replay(events).Total().String() != tt.total:
			t.Errorf("%s × %s %s is %s, want %q",
				tt.qty, tt.price, tt.currency, order.Replay(events).Total(), tt.total)
		}
	}
}

func wantPaths(t *testing.T, c order.Command, want ...string) {
	t.Helper()
	_, err := order.Replay([]order.Event{created}).Decide(c)
	if c.Name() == "create" {
		_, err = order.Order{}.Decide(c)
	}
	var refusal *order.Error
	var got []string
	if errors.As(err, &refusal) {
		for _, issue := range refusal.Issues {
			got = append(got, fmt.Sprint(issue.Path))
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("issues at %v, want %v", got, want)
	}
}
