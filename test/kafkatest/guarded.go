package kafkatest

import (
	"crypto/x509"
	"strings"
	"testing"

	"orders/test/certs"
	"orders/test/process"
)

// Guarded is a Kafka that lets in, by SASL over TLS, only its users. Everybody may do everything at
// the Brokers of its Server, where nobody logs in.
type Guarded struct {
	*Server
	Authority *x509.CertPool // Which signed its certificate.
	Address   string         // Where users log in.
}

// The users of a Guarded, by the mechanism PLAIN, and their password. Root may do everything, and
// Nobody what he is allowed to.
const (
	Root     = "root"
	Nobody   = "nobody"
	Password = "guarded"
)

// StartGuarded starts one for this test alone.
func StartGuarded(tb testing.TB) *Guarded {
	tb.Helper()
	authority := certs.New(tb)
	pair, port := authority.Issue(tb, certs.Usual), process.FreePort()
	const login, jaas = "listener.name.guarded.",
		".sasl.jaas.config=org.apache.kafka.common.security."
	const users = "user_" + Root + `="` + Password + `" user_` + Nobody + `="` + Password + `";`
	line := func(pem []byte) string { return strings.ReplaceAll(string(pem), "\n", `\n`) }
	server := startOrder(tb, order{guarded: port, lines: []string{
		"sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
		login + "plain" + jaas + "plain.PlainLoginModule required " + users,
		login + "scram-sha-256" + jaas + "scram.ScramLoginModule required;",
		login + "scram-sha-512" + jaas + "scram.ScramLoginModule required;",
		"ssl.keystore.type=PEM",
		"ssl.keystore.certificate.chain=" + line(pair.Cert),
		"ssl.keystore.key=" + line(pair.Key),
		"authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
		"super.users=User:ANONYMOUS;User:" + Root,
	}})
	return &Guarded{Server: server, Authority: authority.Pool(), Address: process.Address(port)}
}
