package http_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"orders/domain/order"
	"orders/ports"
)

// What an answer writes is what the document says of it.
func TestAnswersWriteWhatTheDocumentSays(t *testing.T) {
	s := start(t)
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
		for i := range v.Order.Lines {
			currency := rapid.SampledFrom([]order.Currency{"USD", "JPY", "TND", "CLF"})
			v.Order.Lines[i].Price.Currency = currency.Draw(t, "currency")
		}
		return v
	})
	rapid.Check(t, func(t *rapid.T) {
		views := rapid.SliceOfN(random, 0, 3).Draw(t, "views")
		for _, answer := range s.Answers(views, rapid.String().Draw(t, "next")) {
			if errs := answer.Misdescribed(); len(errs) > 0 {
				t.Fatalf("%v\nwritten %s", errs, answer.Text)
			}
		}
	})
}
