package main

import (
	"log"
	"strconv"
	"strings"
	"time"

	"caller/client"
)

// list pages through the user's orders, the newest first, and filters them.
func (c caller) list(oldest, newest client.OrderId) {
	with := client.OrdersParams{UserId: &c.user, Limit: new(int32(1))}
	for _, want := range []client.OrderId{newest, oldest} {
		r, err := c.api.OrdersWithResponse(c.ctx, &with)
		must(err)
		page := answered("list", r.JSON200, r.Body)
		equal("orders on a page", len(page.Orders), 1)
		equal("order on the page", page.Orders[0].OrderId, want)
		with.Cursor = page.NextCursor
	}
	equal("there is another page", with.Cursor != nil, false)

	r, err := c.api.OrdersWithResponse(c.ctx, &client.OrdersParams{
		UserId: &c.user, Held: new(false), Sku: new("sku_desk"),
		Sort: new(client.OrdersParamsSortUpdatedAt), UpdatedFrom: new(time.Unix(0, 0)),
		Status: &[]client.OrderStatus{client.OrderStatusCANCELLED, client.OrderStatusCONFIRMED},
	})
	must(err)
	found := answered("list", r.JSON200, r.Body)
	equal("cancelled or confirmed orders", len(found.Orders), 1)
	amount("total of the cancelled one", found.Orders[0].TotalAmount, cents+odd)
	equal("reason", found.Orders[0].Cancellation.Reason, client.ReasonCustomer)
}

// summary waits until the sums follow, for which commands do not wait.
func (c caller) summary() {
	var sums []client.Total
	for range 100 {
		r, err := c.api.SummaryWithResponse(c.ctx, c.user, nil)
		must(err)
		sums = answered("summary", r.JSON200, r.Body).Totals
		if len(sums) == 2 && sums[0].Refunded == cents && sums[0].Spent == total {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	log.Fatalf("summary: %v", sums)
}

// beRefused reads why, in types of its own.
func (c caller) beRefused(cancelled client.OrderId) {
	conflict, err := c.api.ConfirmWithResponse(c.ctx, cancelled, nil)
	must(err)
	why := answered("confirm", conflict.ApplicationproblemJSON409, conflict.Body)
	equal("code", why.Code, client.ProblemCodeCommandNotAllowed)
	equal("status", *why.CurrentStatus, client.OrderStatusCANCELLED)

	body := client.NewOrder{UserId: "", Items: ordered(0)}
	bad, err := c.api.CreateWithResponse(c.ctx, nil, body)
	must(err)
	invalid := answered("create", bad.ApplicationproblemJSON400, bad.Body)
	equal("code", invalid.Code, client.ProblemCodeValidationFailed)
	equal("issues", len(*invalid.Issues), 2)
	equal("place of the second issue", place((*invalid.Issues)[1]), "items 0 qty")

	absent := "ord_" + strings.Repeat("a", 26)
	none, err := c.api.OrderWithResponse(c.ctx, absent, nil)
	must(err)
	missing := answered("order", none.ApplicationproblemJSON404, none.Body)
	equal("code", missing.Code, client.ProblemCodeOrderNotFound)
}

// place names the value that an issue is about. A part of its path is a name or an index.
func place(i client.Issue) string {
	var parts []string
	for _, part := range i.Path {
		name, err := part.AsIssuePath0()
		if err != nil {
			index, err := part.AsIssuePath1()
			must(err)
			name = strconv.Itoa(int(index))
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, " ")
}
