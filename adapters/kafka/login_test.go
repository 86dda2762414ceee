package kafka_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"orders/adapters/kafka"
	"orders/ports"
	"orders/test/kafkatest"
)

func TestItLogsInOverTLS(t *testing.T) {
	server := kafkatest.StartGuarded(t)
	root := admin(t, kafka.Config{Brokers: server.Brokers()})
	for _, mechanism := range []kadm.ScramMechanism{kadm.ScramSha256, kadm.ScramSha512} {
		_, err := root.AlterUserSCRAMs(t.Context(), nil, []kadm.UpsertSCRAM{{
			User: kafkatest.Root, Mechanism: mechanism, Iterations: 4096,
			Password: kafkatest.Password,
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, mechanism := range kafka.Mechanisms {
		t.Run(mechanism, func(t *testing.T) {
			c := guarded(server, mechanism, kafkatest.Root)
			p, r := publisher(t, c), reader(t, c)
			topic := topicOf(t, p)
			err := p.Publish(t.Context(), commit(idOf(1), 1, 1))
			if end := mustEnd(t, r, topic); err != nil || !strings.Contains(string(end), ":1") {
				t.Errorf("the end is %s (%v)", end, err)
			}
			c.SASL.Password = "wrong"
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if _, err := publisher(t, c).Topic(ctx, ""); err == nil ||
				!strings.Contains(err.Error(), "KAFKA_SASL") {
				t.Errorf("error %v", err)
			}
			c.TLS = &tls.Config{RootCAs: nil}
			if _, err := publisher(t, c).Topic(ctx, ""); err == nil ||
				!strings.Contains(err.Error(), "certificate") {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("and says which right it lacks", func(t *testing.T) { rights(t, server) })
}

func guarded(s *kafkatest.Guarded, mechanism, user string) kafka.Config {
	c := config([]string{s.Address})
	c.TLS = &tls.Config{RootCAs: s.Authority}
	c.SASL = kafka.SASL{Mechanism: mechanism, User: user, Password: kafkatest.Password}
	return c
}

func rights(t *testing.T, server *kafkatest.Guarded) {
	t.Helper()
	c := guarded(server, "plain", kafkatest.Nobody)
	root := admin(t, kafka.Config{Brokers: server.Brokers()})
	acls := func(operation kadm.ACLOperation) *kadm.ACLBuilder {
		return kadm.NewACLs().Topics(c.Topic).ResourcePatternType(kadm.ACLPatternLiteral).
			Operations(operation).Allow("User:" + kafkatest.Nobody).AllowHosts()
	}
	allow := func(operation kadm.ACLOperation) {
		t.Helper()
		if _, err := root.CreateACLs(t.Context(), acls(operation)); err != nil {
			t.Fatal(err)
		}
	}
	p, r := publisher(t, c), reader(t, c)
	until := func(part string, try func() error) { t.Helper(); saysAtLast(t, part, try) }
	topic := func() error { _, err := p.Topic(t.Context(), ""); return err }
	end := func() error { _, err := r.End(t.Context(), "x"); return err }
	publish := func() error { return p.Publish(t.Context(), commit(idOf(1), 1, 1)) }
	until("grant it Describe", topic)
	until("grant it Describe", end)
	allow(kadm.OpDescribe)
	until("grant the user of Kafka Create", topic)
	if _, err := root.CreateTopic(t.Context(), 3, 1, nil, c.Topic); err != nil {
		t.Fatal(err)
	}
	until("Write", topic)
	allow(kadm.OpWrite)
	until("<nil>", topic)
	until("<nil>", publish)
	if _, err := root.DeleteACLs(t.Context(), acls(kadm.OpWrite)); err != nil {
		t.Fatal(err)
	}
	until("Write", publish)
	allow(kadm.OpWrite)
	until("<nil>", publish)
}

// saysAtLast tries until the error has a part, as brokers learn of rights after a moment.
func saysAtLast(t *testing.T, part string, try func() error) {
	t.Helper()
	err := try()
	for begun := time.Now(); !strings.Contains(fmt.Sprint(err), part); err = try() {
		if time.Since(begun) > 2*time.Minute {
			t.Fatalf("error %v does not say %q", err, part)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if errors.Is(err, ports.ErrGone) || errors.Is(err, ports.ErrRefused) {
		t.Error(err)
	}
}

func TestAnUnknownMechanismIsRefused(t *testing.T) {
	c := config([]string{"127.0.0.1:1"})
	c.SASL.Mechanism = "PLAIN"
	_, err := kafka.NewPublisher(c, nil)
	if err == nil || !strings.Contains(err.Error(), `these are: ["plain"`) {
		t.Errorf("error %v", err)
	}
}
