// Command payments is an example of a service that sends commands as messages: a payment provider
// tells it of each capture, perhaps more than once, and it has the order service record that.
package main

import (
	"cmp"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// A notice is what the provider tells. It is also the body of the command, but for the order.
type notice struct {
	Order     string      `json:"order,omitempty"`
	PaymentID string      `json:"paymentId"`
	CaptureID string      `json:"captureId"`
	Amount    json.Number `json:"amount"` // Exact: a float64 would round it.
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// endIfReturned ends the program when a command comes back, as there is no queue for it. The
// provider gets no answer then, and tells it again.
func endIfReturned(returned <-chan amqp.Return) {
	for range returned {
		log.Fatal("there is no queue orders.commands: start the order service first")
	}
}

func main() {
	ch := must(must(amqp.Dial(os.Getenv("AMQP_URL"))).Channel())
	replies := must(ch.QueueDeclare("payments.replies", true, false, false, false, nil))
	answers := must(ch.Consume(replies.Name, "", true, false, false, false, nil))
	go func() {
		for a := range answers { // A "refused" one is for a person: the money was captured.
			log.Printf("capture %s: %s", a.CorrelationId, a.Body)
		}
		log.Fatal("the broker is gone") // Whoever supervises this program starts it again.
	}()
	if err := ch.Confirm(false); err != nil {
		log.Fatal(err)
	}
	go endIfReturned(ch.NotifyReturn(make(chan amqp.Return)))
	http.HandleFunc("POST /captured", func(w http.ResponseWriter, r *http.Request) {
		var n notice
		if err := json.NewDecoder(r.Body).Decode(&n); err != nil || n.CaptureID == "" {
			http.Error(w, "this is no notice of a capture", http.StatusBadRequest)
			return
		}
		headers := amqp.Table{"orderId": n.Order}
		n.Order = ""
		sent, err := ch.PublishWithDeferredConfirm("", "orders.commands", true, false,
			amqp.Publishing{
				Type: "capturePayment", Headers: headers, Body: must(json.Marshal(n)),
				// The same id whenever the provider tells it: so it is recorded once.
				MessageId: "capture-" + n.CaptureID, CorrelationId: n.CaptureID,
				ReplyTo: replies.Name, DeliveryMode: amqp.Persistent,
			})
		if err != nil || !sent.Wait() { // The provider tells it again.
			http.Error(w, "the broker has not taken it", http.StatusServiceUnavailable)
		}
	})
	address := cmp.Or(os.Getenv("ADDRESS"), "127.0.0.1:3010")
	log.Fatal((&http.Server{Addr: address, ReadTimeout: time.Minute}).ListenAndServe())
}
