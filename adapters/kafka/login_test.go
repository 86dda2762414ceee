package kafka_test

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"orders/adapters/kafka"
	"orders/ports"
	"orders/test/certs"
)

func TestItLogsInOverTLS(t *testing.T) {
	authority := certs.New(t)
	pair := authority.Issue(t, certs.Usual)
	server, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, mechanism := range kafka.Mechanisms {
		t.Run(mechanism, func(t *testing.T) {
			c := config(fake(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{server}}),
				kfake.EnableSASL(), kfake.Superuser(strings.ToUpper(mechanism), "ann", "secret")))
			c.SASL = kafka.SASL{Mechanism: mechanism, User: "ann", Password: "secret"}
			c.TLS = &tls.Config{RootCAs: authority.Pool()}
			p, r := publisher(t, c), reader(t, c)
			topic := topicOf(t, p)
			err := p.Publish(t.Context(), commit(idOf(1), 1, 1))
			if end := mustEnd(t, r, topic); err != nil || !strings.Contains(string(end), ":1") {
				t.Errorf("the end is %s (%v)", end, err)
			}
			c.SASL.Password = "wrong"
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			if _, err := publisher(t, c).Topic(ctx, ""); err == nil ||
				!strings.Contains(err.Error(), "SASL") {
				t.Errorf("error %v", err)
			}
		})
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

func TestWhatARightLacksForIsSaid(t *testing.T) {
	c := config(nil)
	allow := func(name string, of kmsg.ACLResourceType, operation kmsg.ACLOperation) kfake.ACL {
		return kfake.ACL{
			Resource: of, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral,
			Operation: operation, Allow: true,
		}
	}
	topic := kmsg.ACLResourceTypeTopic
	c.Brokers = fake(t, kfake.EnableSASL(), kfake.EnableACLs(),
		kfake.Superuser("PLAIN", "root", "x"), kfake.User("PLAIN", "nobody", "x"),
		kfake.User("PLAIN", "reads", "x", allow(c.Topic, topic, kmsg.ACLOperationDescribe)),
	)
	as := func(user string) kafka.Config {
		c.SASL = kafka.SASL{Mechanism: "plain", User: user, Password: "x"}
		return c
	}
	wants := func(err error, part string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), part) || errors.Is(err, ports.ErrRefused) ||
			errors.Is(err, ports.ErrGone) {
			t.Errorf("error %v does not say %q", err, part)
		}
	}
	_, err := publisher(t, as("nobody")).Topic(t.Context(), "")
	wants(err, "grant it")
	_, err = publisher(t, as("reads")).Topic(t.Context(), "")
	wants(err, "grant it Create")
	topicOf(t, publisher(t, as("root")))
	p := publisher(t, as("reads"))
	topicOf(t, p)
	wants(p.Publish(t.Context(), commit(idOf(1), 1, 1)), "Write")
}
