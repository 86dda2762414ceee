package order

import (
	"bytes"
	"context"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

// What an answer writes is what the document says of it.
func TestAnswersWriteWhatTheDocumentSays(t *testing.T) {
	millisecond := rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMilli(rapid.Int64Range(0, 253402300799999).Draw(t, "ms")).UTC()
	})
	status := rapid.SampledFrom(order.Statuses)
	random := rapid.Custom(func(t *rapid.T) ports.OrderView {
		v := ports.OrderView{
			ID:        order.MakeID(rapid.SliceOfN(rapid.Byte(), 17, 17).Draw(t, "id")),
			Version:   rapid.IntRange(1, order.CommitsMax).Draw(t, "version"),
			CreatedAt: millisecond.Draw(t, "created"), UpdatedAt: millisecond.Draw(t, "updated"),
			Order: rapid.Make[order.Order]().Draw(t, "order"),
		}
		v.Order.Status = status.Draw(t, "status")
		v.Order.Cancellation.Reason = rapid.SampledFrom(order.Reasons).Draw(t, "reason")
		if v.Order.Hold.Reason != "" {
			v.Order.Hold.Reason = v.Order.Cancellation.Reason
		}
		v.OnHoldAt = millisecond.Draw(t, "held")
		for i := range v.Order.Lines {
			currency := rapid.SampledFrom([]order.Currency{"USD", "JPY", "TND", "CLF"})
			v.Order.Lines[i].Price.Currency = currency.Draw(t, "currency")
		}
		return v
	})
	rapid.Check(t, func(t *rapid.T) {
		views := rapid.SliceOfN(random, 0, 3).Draw(t, "views")
		for _, answer := range answersOf(views, rapid.String().Draw(t, "next")) {
			if errs := answer.misdescribed(); len(errs) > 0 {
				t.Fatalf("%v\nwritten %s", errs, answer.text)
			}
		}
	})
}

// A spelledAnswer is one that writes itself, and the type that describes it.
type spelledAnswer struct {
	text string
	as   reflect.Type
}

// answersOf are the answers that write themselves, of orders.
func answersOf(views []ports.OrderView, next string) (all []spelledAnswer) {
	write := func(answer any, as reflect.Type) {
		var b bytes.Buffer
		_ = wire.Encode(&b, answer) // A buffer takes all.
		all = append(all, spelledAnswer{b.String(), as})
	}
	c := NewCommands(nil, nil, CommandConfig{})
	many, p := manyOrders{}, newEntries(0)
	asked := command.Request{Caller: access.Everyone()}
	class := asked.Caller.Class()
	for _, v := range views {
		p.add(0, func(b []byte) []byte { return appendOrder(b, v, class) })
		write(shownOrder{v, class}, reflect.TypeFor[oneOrder]())
		result, described := command.Result{OrderView: v}, reflect.TypeFor[commandResult]()
		for _, whole := range []bool{false, true} {
			prefers := wire.Preferences{Representation: whole}
			write(c.answerFor(context.Background(), asked, result, prefers, next).Body, described)
		}
		result.Events = reasonableEvents()
		tried, err := c.preview(context.Background(), asked, result, wire.Preferences{})
		if err == nil {
			write(tried.Body, described)
		}
	}
	many.text = p.close(`{"count":`+strconv.Itoa(p.count)+`,"orders":[`, next)
	write(many, reflect.TypeFor[manyOrders]())
	return all
}

// reasonableEvents are all events, with reasons that there are.
func reasonableEvents() []order.Event {
	all := contract.Events()
	for i, e := range all {
		if held, is := e.(order.PutOnHold); is {
			held.Reason = order.Reasons[0]
			all[i] = held
		}
		if cancelled, is := e.(order.Cancelled); is {
			cancelled.Reason = order.Reasons[0]
			all[i] = cancelled
		}
	}
	return all
}

// misdescribed returns where an answer is not what its description says: it lacks a field, has
// one more, or one of another type.
func (a spelledAnswer) misdescribed() []error {
	var value any
	if err := json.Unmarshal([]byte(a.text), &value); err != nil {
		return []error{err}
	}
	r, found := wire.Schemas(), &huma.ValidateResult{}
	Describe(r)
	described := r.Schema(a.as, true, "")
	huma.Validate(r, described, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, found)
	return found.Errors
}
