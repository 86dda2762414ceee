package service

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"orders/adapters/http/forwarded"
	"orders/adapters/http/ratelimit"
	"orders/domain/order"
	"orders/ports/budget"
)

// Config is the whole configuration. The tags are for kong: each field is a flag and an environment
// variable, explained by --help. One that may hold a secret, also in a URI, is tagged as such: a
// file can hold it, too. Vars has the values of their ${names}.
type Config struct {
	Port int    `group:"HTTP:" env:"PORT" default:"3000" help:"Port to listen on."`
	Host string `group:"HTTP:" env:"HOST" help:"Address or name to bind the port to, such as 127.0.0.1 or ::1; all addresses by default."`

	BasePath string   `group:"HTTP:" env:"BASE_PATH" placeholder:"PATH" help:"Path prefix that clients see, such as /shop, if a proxy adds one."`
	Origins  []string `group:"HTTP:" name:"cors-origins" env:"CORS_ORIGINS" placeholder:"ORIGIN,..." help:"Origins whose pages may use the API, such as https://shop.example; * for all, none by default."`

	TrustedProxies  []string         `group:"HTTP:" env:"TRUSTED_PROXIES" placeholder:"NETWORK" help:"Proxies that may say from which address a request came: addresses, networks such as 10.0.0.0/8, loopback, private; none by default."`
	ForwardedHeader forwarded.Header `group:"HTTP:" enum:"x-forwarded-for,forwarded" default:"x-forwarded-for" env:"FORWARDED_HEADER" help:"Header in which these say so: x-forwarded-for or forwarded."`

	AdminPort int    `group:"HTTP:" env:"ADMIN_PORT" default:"0" help:"Second port, for probes and operators (/livez, /readyz, /health, /admin, /metrics, /debug/pprof), available however many clients there are; 0 for none."`
	AdminHost string `group:"HTTP:" env:"ADMIN_HOST" default:"127.0.0.1" help:"Address to bind the admin port to; 0.0.0.0 for all."`

	Metrics bool `group:"HTTP:" env:"METRICS" help:"Serve /metrics for Prometheus on the port, too; the admin port has it always."`

	TLSCert string `group:"HTTP:" name:"tls-cert" env:"TLS_CERT" placeholder:"FILE" help:"Certificate for HTTPS, in PEM, with those that lead to its root; both ports speak HTTPS then, but for an admin port on loopback. It is read again when it changes."`
	TLSKey  string `group:"HTTP:" name:"tls-key" env:"TLS_KEY" placeholder:"FILE" help:"Key of that certificate, in PEM."`

	Auth       Auth          `group:"Access:" enum:"none,jwt" default:"none" env:"AUTH" help:"Who needs a token: nobody (none), or everybody (jwt)."`
	Issuer     string        `group:"Access:" name:"auth-issuer" env:"AUTH_ISSUER" placeholder:"URL" help:"With jwt: the OpenID provider whose access tokens are accepted, as their iss names it."`
	Audience   string        `group:"Access:" name:"auth-audience" env:"AUTH_AUDIENCE" placeholder:"NAME" help:"With jwt: the name of this API in the aud of the tokens."`
	KeysURL    string        `group:"Access:" name:"auth-jwks-url" secret:"" env:"AUTH_JWKS_URL" placeholder:"URL" help:"Where the keys of the tokens are, such as file:///etc/keys.json, if the issuer does not say it by OpenID Connect Discovery."`
	Skew       time.Duration `group:"Access:" name:"auth-clock-skew" env:"AUTH_CLOCK_SKEW" default:"30s" help:"How much the clocks of issuer and service may differ; at most 60s."`
	UserClaim  string        `group:"Access:" name:"auth-user-claim" env:"AUTH_USER_CLAIM" default:"sub" placeholder:"NAME" help:"Claim with the userId of whoever bears a token."`
	ScopeClaim string        `group:"Access:" name:"auth-scope-claim" env:"AUTH_SCOPE_CLAIM" default:"scope" placeholder:"NAME" help:"Claim with the scopes of a token, such as realm_access.roles; with scope also scp."`

	PrivateDocs bool `group:"Access:" env:"PRIVATE_DOCS" help:"With jwt: show /docs and /openapi.json to those alone who have a token."`

	MongoURI string `group:"Stores:" name:"mongodb-uri" secret:"" env:"MONGODB_URI" placeholder:"URI" help:"MongoDB replica set for the orders; without it they are kept in memory."`
	ReadURI  string `group:"Stores:" name:"mongodb-read-uri" secret:"" env:"MONGODB_READ_URI" placeholder:"URI" help:"MongoDB for the read models, if it differs."`

	WriteStore Store `group:"Stores:" enum:"auto, ${write_stores}" default:"auto" env:"WRITE_STORE" help:"Store of the events: ${write_stores}, or auto, which is mongo if there is a URI."`
	ReadStore  Store `group:"Stores:" enum:"auto, ${read_stores}" default:"auto" env:"READ_STORE" help:"Store of the read models: ${read_stores}, or auto."`

	SkipMigrations bool `group:"Stores:" env:"SKIP_MIGRATIONS" help:"Start without migrating the databases, and fail unless migrate up of this version did so: only that command makes collections and indexes then."`

	Import string `group:"Stores:" env:"IMPORT" placeholder:"FILE" help:"File that orders export wrote, for orders in memory: they are there before the port opens."`

	Roles []Role `group:"Roles and readiness:" enum:"command,query,projector,relay" default:"command,query,projector,relay" env:"ROLES" help:"Roles of this process: command, query, projector, relay, or several of them."`

	MaxLag     time.Duration `group:"Roles and readiness:" name:"ready-max-lag" env:"READY_MAX_LAG" help:"Lag of a read model above which /readyz fails; 0 for no limit."`
	DrainDelay time.Duration `group:"Roles and readiness:" env:"DRAIN_DELAY" help:"How long /readyz fails during a stop before the port closes."`

	Currency   string        `group:"Requests:" env:"DEFAULT_CURRENCY" default:"USD" help:"ISO 4217 currency of orders that do not name one."`
	RequireKey bool          `group:"Requests:" name:"require-idempotency-key" env:"REQUIRE_IDEMPOTENCY_KEY" help:"Refuse commands without an Idempotency-Key."`
	Strict     bool          `group:"Requests:" env:"STRICT" help:"Refuse every unknown name in a new order. Without it only names that look like a known one are refused there, others are ignored and logged."`
	Timeout    time.Duration `group:"Requests:" name:"request-timeout" env:"REQUEST_TIMEOUT" default:"10s" help:"Time limit of a request; 0 means 10s."`

	RateLimit ratelimit.Policies `group:"Requests:" env:"RATE_LIMIT" placeholder:"RATE" help:"How often each caller may send commands, and queries, such as 20/s, 600/m:50 (with a burst) or commands=20/s,queries=100/s; off by default."`

	Bytes Bytes `group:"Requests:" name:"bytes-in-flight" env:"BYTES_IN_FLIGHT" default:"256MiB" placeholder:"SIZE" help:"Memory for large requests and answers, such as 256MiB; at least 64MiB; 0 means 256MiB. A request that finds it used up waits 2 s and then gets 503."`

	Publish []Broker `group:"Messages:" enum:"none,kafka,rabbitmq" default:"none" env:"PUBLISH" help:"Brokers that are told what happened to orders: none, kafka, rabbitmq, or both."`
	Feed    Feed     `group:"Messages:" enum:"mongo,kafka,rabbitmq" default:"mongo" env:"FEED" help:"What the read models follow: the write store itself (mongo, also for orders in memory), or the broker that is told of it (kafka or rabbitmq)."`

	Commands      Broker `group:"Messages:" enum:"none,kafka,rabbitmq" default:"none" env:"COMMANDS" help:"Broker whose messages in orders.commands are carried out: none, kafka or rabbitmq."`
	CommandsActor string `group:"Messages:" env:"COMMANDS_ACTOR" placeholder:"NAME" help:"Who sent the messages without a token, as histories name them; broker by default. With AUTH=jwt it must be set, as whoever may write to orders.commands needs no token."`

	KafkaTopic string `group:"Messages:" env:"KAFKA_TOPIC" default:"orders.events" placeholder:"NAME" help:"Topic of Kafka for the events."`

	EventsSource  string `group:"Messages:" env:"EVENTS_SOURCE" default:"/orders" placeholder:"URI" help:"The source of the published events, by which consumers tell services apart."`
	PublicURL     string `group:"Messages:" name:"public-url" env:"PUBLIC_URL" placeholder:"URL" help:"Where clients reach this service, such as https://orders.example, for addresses in published events."`
	EventMaxBytes Bytes  `group:"Messages:" env:"EVENT_MAX_BYTES" default:"900KiB" placeholder:"SIZE" help:"Size above which an event is published without its data, and with its address instead; from 4KiB to 16MiB."`

	KafkaBrokers     []string `group:"Messages:" env:"KAFKA_BROKERS" placeholder:"HOST:PORT,..." help:"Addresses of Kafka, of which one has to answer at first."`
	KafkaPartitions  int      `group:"Messages:" env:"KAFKA_PARTITIONS" default:"12" help:"Partitions of each topic of this service, if it is made."`
	KafkaReplication int      `group:"Messages:" env:"KAFKA_REPLICATION" default:"0" help:"Replicas of these topics, if they are made; 0 for as many as the brokers say."`
	KafkaTLS         bool     `group:"Messages:" name:"kafka-tls" env:"KAFKA_TLS" help:"Use TLS for Kafka."`
	KafkaCA          string   `group:"Messages:" name:"kafka-ca" env:"KAFKA_CA" placeholder:"FILE" help:"Certificates that those of Kafka are signed with, in PEM, if the system does not know them."`
	KafkaMechanism   string   `group:"Messages:" name:"kafka-sasl-mechanism" env:"KAFKA_SASL_MECHANISM" enum:"none,plain,scram-sha-256,scram-sha-512" default:"none" help:"How to log in to Kafka: none, plain, scram-sha-256 or scram-sha-512."`
	KafkaUser        string   `group:"Messages:" name:"kafka-sasl-username" env:"KAFKA_SASL_USERNAME" placeholder:"NAME" help:"User of Kafka."`
	KafkaPassword    string   `group:"Messages:" name:"kafka-sasl-password" secret:"" env:"KAFKA_SASL_PASSWORD" placeholder:"TEXT" help:"Password of that user."`

	AMQPURL     string        `group:"Messages:" name:"amqp-url" secret:"" env:"AMQP_URL" placeholder:"URL" help:"URL of RabbitMQ, such as amqp://user:password@host:5672/; amqps for TLS."`
	StreamAge   time.Duration `group:"Messages:" name:"rabbitmq-max-age" env:"RABBITMQ_MAX_AGE" default:"168h" help:"How long the stream orders.events keeps messages, if it is made; 0 for ever."`
	StreamBytes Bytes         `group:"Messages:" name:"rabbitmq-max-bytes" env:"RABBITMQ_MAX_BYTES" default:"10GiB" placeholder:"SIZE" help:"How large that stream becomes, if it is made; 0 for any size."`

	LogLevel  string `group:"Log:" enum:"debug,info,warn,error" default:"info" env:"LOG_LEVEL" help:"Lowest level of log lines to write: debug, info, warn or error."`
	LogFormat string `group:"Log:" enum:"text,json" default:"text" env:"LOG_FORMAT" help:"Format of log lines: text or json."`

	LogWiring bool `group:"Log:" env:"LOG_WIRING" help:"Also log how the parts of the program are put together (Fx)."`

	Stderr io.Writer `kong:"-"` // Where log lines go; os.Stderr if nil.
}

// resolved returns c with its defaults and stores chosen, or the first invalid setting as an error.
func (c Config) resolved() (Config, error) {
	c.Bytes = cmp.Or(c.Bytes, budget.Default)
	c, err := c.web()
	if err == nil {
		err = c.checkAccess()
	}
	if err == nil {
		c, err = c.withStores()
	}
	switch {
	case err != nil:
		return c, err
	case !c.isWhole() && !c.lasts():
		return c, errors.New("ROLES can only be split when both sides are kept in MongoDB: " +
			"memory is known to one process alone")
	case c.Import != "" && c.WriteStore != Memory:
		return c, errors.New("IMPORT is for orders in memory; into MongoDB `orders import` " +
			"records them, once")
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return c, errors.New("TLS_CERT and TLS_KEY are the two files of a certificate: " +
			"set both, or neither")
	case c.MaxLag < 0:
		return c, fmt.Errorf("READY_MAX_LAG %s is negative", c.MaxLag)
	case c.DrainDelay < 0:
		return c, fmt.Errorf("DRAIN_DELAY %s is negative", c.DrainDelay)
	case c.Currency != "" && !order.Currency(c.Currency).Known():
		return c, fmt.Errorf("DEFAULT_CURRENCY %q is not the three capital letters of an "+
			"ISO 4217 currency", c.Currency)
	case c.Timeout < 0:
		return c, fmt.Errorf("REQUEST_TIMEOUT %s is negative", c.Timeout)
	}
	return c, cmp.Or(c.checkMessages(), c.checkCommands(), c.checkLimits())
}
