package rabbitmq_test

import (
	"errors"
	"testing"

	"orders/adapters/rabbitmq"
	"orders/test/contract"
	"orders/test/rabbittest"
)

func TestLaws(t *testing.T) {
	contract.Topics(t, func(t *testing.T) contract.Topic {
		b := open(t, rabbitmq.Config{URL: rabbittest.URL(t)})
		refused := commit(orderID(1), 1)
		refused.Unreadable = errors.New("stored in another form")
		return contract.Topic{
			Publisher: b.Publisher, TopicReader: b.Reader, Delete: b.delete, Refused: refused,
		}
	})
}
