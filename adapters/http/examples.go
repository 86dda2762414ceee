package http

import (
	"time"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

var exampleMoment = eventPlace{version: 2}.cursor()

var exampleCursor = cursorOf(ports.Place{
	CreatedAt: time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC), ID: wire.ExampleID,
})

var (
	exampleIssue   = issue{[]any{"items", 0, "qty"}, "must be from 1 to 1000000"}
	exampleProblem = invalid(order.ErrInvalid.Code, "qty must be from 1 to 1000000",
		exampleIssue).at(commandRoot)
)
