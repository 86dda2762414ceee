package rabbitmq

import (
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// heartbeat is how often both sides of a connection show that they are there: one that is silent
// for twice that is closed.
const heartbeat = 10 * time.Second

// Dial connects to a broker. The broker shows the connection by its name.
func Dial(url, name string) (*amqp.Connection, error) {
	properties := amqp.NewConnectionProperties()
	properties.SetClientConnectionName(name)
	return amqp.DialConfig(url, amqp.Config{Heartbeat: heartbeat, Properties: properties})
}
