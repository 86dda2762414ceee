package order

import (
	"time"

	"orders/adapters/http/wire"
	"orders/ports"
)

var exampleMoment = eventPlace{version: 2}.cursor()

var exampleCursor = cursorOf(ports.Place{
	CreatedAt: time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC), ID: wire.ExampleID,
})
