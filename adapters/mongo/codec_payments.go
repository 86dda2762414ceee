package mongo

import "orders/domain/order"

func encodeAuthorized(e order.PaymentAuthorized) heldData {
	return heldData{e.PaymentID, moneyData(e.Amount)}
}

func decodeAuthorized(d heldData) (order.PaymentAuthorized, error) {
	return order.PaymentAuthorized{PaymentID: d.PaymentID, Amount: order.Money(d.Amount)},
		required(d.complete())
}

func encodeVoided(e order.PaymentVoided) heldData {
	return heldData{e.PaymentID, moneyData(e.Amount)}
}

func decodeVoided(d heldData) (order.PaymentVoided, error) {
	return order.PaymentVoided{PaymentID: d.PaymentID, Amount: order.Money(d.Amount)},
		required(d.complete())
}

func encodeCaptured(e order.PaymentCaptured) capturedData {
	return capturedData{e.CaptureID, heldData{e.PaymentID, moneyData(e.Amount)}}
}

func decodeCaptured(d capturedData) (order.PaymentCaptured, error) {
	return order.PaymentCaptured{
		PaymentID: d.Charge.PaymentID, CaptureID: d.CaptureID, Amount: order.Money(d.Charge.Amount),
	}, required(d.CaptureID != "" && d.Charge.complete())
}

func encodeRefunded(e order.PaymentRefunded) refundedData {
	return refundedData{e.RefundID, heldData{e.PaymentID, moneyData(e.Amount)}}
}

func decodeRefunded(d refundedData) (order.PaymentRefunded, error) {
	return order.PaymentRefunded{
		PaymentID: d.Charge.PaymentID, RefundID: d.RefundID, Amount: order.Money(d.Charge.Amount),
	}, required(d.RefundID != "" && d.Charge.complete())
}

func (d heldData) complete() bool {
	return d.PaymentID != "" && d.Amount.Minor > 0 && d.Amount.Currency != ""
}
