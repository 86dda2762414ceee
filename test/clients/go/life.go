package main

import "caller/client"

// Prices that a float32 cannot hold, and their totals.
const (
	cents      = 1234567.89
	odd        = 16777217
	firstTotal = 2*cents + odd
	total      = 3*cents + odd
)

func ordered(mice int32) []client.NewOrderItem {
	return []client.NewOrderItem{
		{Sku: "sku_mouse", Qty: mice, Price: cents}, {Sku: "sku_desk", Qty: 1, Price: odd},
	}
}

func moreMice() []client.NewItem {
	return []client.NewItem{
		{Sku: "sku_mouse", Qty: 3, Price: cents}, {Sku: "sku_desk", Qty: 1, Price: odd},
	}
}

// create creates an order twice with one key.
func (c caller) create() client.OrderId {
	body := client.NewOrder{
		UserId: c.user, Items: ordered(2), Currency: new(client.NewOrderCurrencyEUR),
	}
	with := &client.CreateParams{IdempotencyKey: new(c.user)}
	r, err := c.api.CreateWithResponse(c.ctx, with, body)
	must(err)
	made := answered("create", r.JSON201, r.Body)
	equal("version", made.Version, 1)

	again, err := c.api.CreateWithResponse(c.ctx, with, body)
	must(err)
	equal("replay", answered("replay", again.JSON200, again.Body).OrderId, made.OrderId)
	equal("Idempotent-Replayed", *again.Headers200.IdempotentReplayed, "true")

	order := c.get(made.OrderId)
	amount("total", order.TotalAmount, firstTotal)
	amount("price of a mouse", order.Items[0].Price, cents)
	amount("price of a desk", order.Items[1].Price, odd)
	equal("currency", order.Currency, "EUR")
	return made.OrderId
}

func (c caller) get(id client.OrderId) client.OrderView {
	r, err := c.api.OrderWithResponse(c.ctx, id, nil)
	must(err)
	return answered("order", r.JSON200, r.Body).Order
}

// tryDry changes nothing, and is shown what would be.
func (c caller) tryDry(id client.OrderId) {
	with := &client.ChangeItemsParams{DryRun: new(true)}
	r, err := c.api.ChangeItemsWithResponse(c.ctx, id, with, client.NewItems{Items: moreMice()})
	must(err)
	would := answered("dry run", r.JSON200, r.Body)
	equal("dry run", *would.DryRun, true)
	amount("total of the dry run", would.Order.TotalAmount, total)
	equal("events of the dry run", len(*would.Events), 1)
	changed, err := (*would.Events)[0].AsItemsChangedEvent()
	must(err)
	amount("price in the event", changed.Data.Items[0].Price, cents)
	equal("version after the dry run", c.get(id).Version, 1)
}

// changeItems is answered with the order.
func (c caller) changeItems(id client.OrderId) {
	with := &client.ChangeItemsParams{
		IfMatch: new(`"1"`), Prefer: new("return=representation"),
	}
	r, err := c.api.ChangeItemsWithResponse(c.ctx, id, with, client.NewItems{Items: moreMice()})
	must(err)
	done := answered("changeItems", r.JSON200, r.Body)
	amount("total", done.Order.TotalAmount, total)
	equal("ETag", *r.Headers200.ETag, `"2"`)
	equal("Preference-Applied", *r.Headers200.PreferenceApplied, "return=representation")
}

func (c caller) hold(id client.OrderId) {
	body := client.Hold{Reason: client.ReasonFraud, Note: new("the address is odd")}
	held, err := c.api.HoldWithResponse(c.ctx, id, nil, body)
	must(err)
	answered("hold", held.JSON200, held.Body)
	equal("reason", c.get(id).Hold.Reason, client.ReasonFraud)
	released, err := c.api.ReleaseWithResponse(c.ctx, id, nil)
	must(err)
	answered("release", released.JSON200, released.Body)
	confirmed, err := c.api.ConfirmWithResponse(c.ctx, id, nil)
	must(err)
	done := answered("confirm", confirmed.JSON200, confirmed.Body)
	equal("status", done.Status, client.OrderStatusCONFIRMED)
}
