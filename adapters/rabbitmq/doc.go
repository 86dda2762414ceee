// Package rabbitmq speaks to RabbitMQ.
package rabbitmq
