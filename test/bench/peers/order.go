package peers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// A request is the body of a new order.
type request struct {
	UserID string `json:"userId"`
	Items  []item `json:"items"`
}

type item struct {
	SKU   string  `json:"sku" bson:"sku"`
	Qty   int     `json:"qty" bson:"qty"`
	Price float64 `json:"price" bson:"price"`
}

func (r request) validate() error {
	if r.UserID == "" || len(r.UserID) > 128 {
		return errors.New("userId must have 1 to 128 characters")
	}
	if len(r.Items) == 0 || len(r.Items) > 500 {
		return errors.New("items must be 1 to 500")
	}
	for i, item := range r.Items {
		switch {
		case item.SKU == "" || len(item.SKU) > 128:
			return fmt.Errorf("items[%d].sku must have 1 to 128 characters", i)
		case item.Qty < 1 || item.Qty > 1_000_000:
			return fmt.Errorf("items[%d].qty must be 1 to 1000000", i)
		case item.Price <= 0:
			return fmt.Errorf("items[%d].price must be positive", i)
		}
	}
	return nil
}

// An order is what is kept of it when there is no read model.
type order struct {
	ID        string    `json:"orderId" bson:"_id"`
	UserID    string    `json:"userId" bson:"userId"`
	Items     []item    `json:"items" bson:"items"`
	Status    string    `json:"status" bson:"status"`
	Version   int       `json:"version" bson:"version"`
	CreatedAt time.Time `json:"createdAt" bson:"createdAt"`
}

func (r request) order() order {
	return order{
		ID: "ord_" + strings.ToLower(rand.Text()), UserID: strings.Clone(r.UserID),
		Items: r.Items, Status: "CREATED", Version: 1, CreatedAt: time.Now().UTC(),
	}
}

// A view is an order in the read model, in the form and with the fields that the service stores,
// so that peers write and index as much as it does and can read what it wrote.
type view struct {
	ID                string    `json:"orderId" bson:"_id"`
	Version           int       `json:"version" bson:"version"`
	UserID            string    `json:"userId" bson:"userId"`
	Status            string    `json:"status" bson:"status"`
	PaymentStatus     string    `json:"paymentStatus" bson:"paymentStatus"`
	FulfillmentStatus string    `json:"fulfillmentStatus" bson:"fulfillmentStatus"`
	CreatedAt         time.Time `json:"createdAt" bson:"createdAt"`
	UpdatedAt         time.Time `json:"updatedAt" bson:"updatedAt"`
	Currency          string    `json:"currency" bson:"currency"`
	Lines             []line    `json:"items" bson:"lines"`
	Total             int64     `json:"total" bson:"total"`
	ItemCount         int       `json:"itemCount" bson:"itemCount"`
}

type line struct {
	SKU      string `json:"sku" bson:"sku"`
	Quantity int    `json:"qty" bson:"quantity"`
	Price    int64  `json:"price" bson:"price"`
}

func (o order) view() view {
	v := view{
		ID: o.ID, Version: o.Version, UserID: o.UserID, Status: o.Status,
		PaymentStatus: "NONE", FulfillmentStatus: "UNFULFILLED",
		CreatedAt: o.CreatedAt, UpdatedAt: o.CreatedAt, Currency: "USD",
	}
	for _, item := range o.Items {
		price := int64(math.Round(item.Price * 100))
		v.Lines = append(v.Lines, line{item.SKU, item.Qty, price})
		v.Total += price * int64(item.Qty)
		v.ItemCount += item.Qty
	}
	return v
}

// A row is an order in the service's customer_orders.
type row struct {
	ID        string    `bson:"_id"`
	Version   int       `bson:"version"`
	UserID    string    `bson:"userId"`
	CreatedAt time.Time `bson:"createdAt"`
	Open      bool      `bson:"open"`
	Currency  string    `bson:"currency"`
	Spent     int64     `bson:"spent"`
	Refunded  int64     `bson:"refunded"`
}

func (o order) row() row {
	return row{
		ID: o.ID, Version: o.Version, UserID: o.UserID, CreatedAt: o.CreatedAt, Open: true,
		Currency: "USD",
	}
}

// A receipt is about as long as the service's.
type receipt struct {
	Message           string `json:"message"`
	OrderID           string `json:"orderId"`
	Version           int    `json:"version"`
	Status            string `json:"status"`
	PaymentStatus     string `json:"paymentStatus"`
	FulfillmentStatus string `json:"fulfillmentStatus"`
	Links             links  `json:"links"`
}

type links struct {
	Self             string `json:"self"`
	ChangeItems      string `json:"changeItems"`
	Confirm          string `json:"confirm"`
	AuthorizePayment string `json:"authorizePayment"`
	CapturePayment   string `json:"capturePayment"`
	Cancel           string `json:"cancel"`
}

func receiptFor(o order) receipt {
	commands := "/commands/orders/" + o.ID
	return receipt{
		Message: "✅ Order created", OrderID: o.ID, Version: o.Version, Status: o.Status,
		PaymentStatus: "NONE", FulfillmentStatus: "UNFULFILLED",
		Links: links{
			Self:             "/queries/orders/" + o.ID,
			ChangeItems:      commands + "/items",
			Confirm:          commands + "/confirm",
			AuthorizePayment: commands + "/payments/authorize",
			CapturePayment:   commands + "/payments/capture",
			Cancel:           commands + "/cancel",
		},
	}
}
