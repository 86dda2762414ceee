package brokers

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/test/kafkatest/server"
	"orders/test/process"
)

func planKafka(dir string) (start, error) {
	jars, err := server.Find()
	if err != nil {
		return start{}, err
	}
	p, err := server.NewProcess(jars, dir, server.Settings{Port: process.FreePort()})
	if err != nil {
		return start{}, err
	}
	url := p.Address()
	ready := func(ctx context.Context) error { return server.AwaitReady(ctx, url) }
	return start{p, url, ready}, nil
}

func kafkaEnv(url, topic string) []string {
	return []string{"KAFKA_BROKERS=" + url, "KAFKA_TOPIC=" + topic}
}

func consumeKafka(ctx context.Context, url, topic string) (*Consumer, error) {
	if err := awaitTopic(ctx, url, topic); err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(url), kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return nil, err
	}
	c := NewConsumer(client.Close)
	c.busy.Go(func() {
		for {
			fetches := client.PollFetches(context.Background())
			if fetches.IsClientClosed() {
				return
			}
			fetches.EachRecord(func(r *kgo.Record) {
				for _, h := range r.Headers {
					if h.Key == "ce_id" {
						c.Hear(string(h.Value), time.Now())
					}
				}
			})
		}
	})
	return c, nil
}

func awaitTopic(ctx context.Context, url, topic string) error {
	return administer(url, func(admin *kadm.Client) error {
		return process.Poll(ctx, func() error {
			topics, err := admin.ListTopics(ctx, topic)
			if err == nil && !topics.Has(topic) {
				err = errors.New("nobody has made the topic " + topic)
			}
			return err
		})
	})
}

func removeKafka(ctx context.Context, url, topic string) error {
	return administer(url, func(admin *kadm.Client) error {
		_, err := admin.DeleteTopic(ctx, topic)
		return err
	})
}

func administer(url string, do func(*kadm.Client) error) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(url))
	if err != nil {
		return err
	}
	defer client.Close()
	return do(kadm.NewClient(client))
}
