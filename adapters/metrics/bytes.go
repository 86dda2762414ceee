package metrics

// Bytes has the bytes in flight read, of which there may be so many.
func (m *Metrics) Bytes(limit int64, used func() int64) {
	m.gauge("orders_bytes_in_flight", "Bytes that large requests and answers hold.",
		func() float64 { return float64(used()) })
	m.gauge("orders_bytes_in_flight_limit", "Bytes that they may hold at once: BYTES_IN_FLIGHT.",
		func() float64 { return float64(limit) })
}
