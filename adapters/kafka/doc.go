// Package kafka speaks to Apache Kafka.
package kafka
