package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"orders/test/mongotest"
)

func TestItWarnsThatMemoryForgets(t *testing.T) {
	p := start(t)
	p.create(t)
	p.terminate(t)
	p.ends(t, 0, "vanish at exit")
}

func TestItServesFromMongoDBAndRemembers(t *testing.T) {
	uri := "MONGODB_URI=" + mongotest.URI(t)
	first := start(t, uri)
	id := first.create(t).id()
	first.terminate(t)
	first.ends(t, 0, "MongoDB connected")
	second := start(t, uri)
	second.must(t, 200, "GET", "/queries/orders/"+id+"?minVersion=1", "")
}

func TestDotEnvIsReadAndTheEnvironmentWins(t *testing.T) {
	dir := t.TempDir()
	port, other := freePort(t), freePort(t)
	text := "PORT=" + strconv.Itoa(port) + "\nDEFAULT_CURRENCY=EUR\n"
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		env  []string
		port int
	}{{nil, port}, {[]string{"PORT=" + strconv.Itoa(other)}, other}} {
		p := launch(t, dir, tt.env)
		p.serves(t)
		if p.port != tt.port {
			t.Errorf("port %d, want %d", p.port, tt.port)
		}
		p.shows(t, p.create(t)).want(t, `"EUR"`, "order", "currency")
		p.kill()
	}
}

// Both read what a person wrote, or a secret that ends with a newline.
func TestHealthcheckReadsThePortAsTheServiceDoes(t *testing.T) {
	port := "PORT= 0" + strconv.Itoa(freePort(t)) + "\n"
	env := []string{port, "LOG_LEVEL=Info", "MONGODB_URI= \n"}
	p := launch(t, "", env)
	p.serves(t)
	isHealthy(t, env...)
	launch(t, "", []string{"PORT=65536"}, "healthcheck").ends(t, 1, "PORT 65536 is not from 0 to")
	launch(t, "", []string{"PORT=0"}, "healthcheck").ends(t, 1, "PORT 0 lets the system choose")
}

func TestHelpNamesEveryVariable(t *testing.T) {
	p := launch(t, "", nil, "--help")
	p.ends(t, 0, "order service")
	for _, name := range []string{
		"$PORT", "$MONGODB_URI", "$MONGODB_READ_URI", "$WRITE_STORE", "$READ_STORE",
		"$DEFAULT_CURRENCY", "$REQUIRE_IDEMPOTENCY_KEY", "$STRICT", "$REQUEST_TIMEOUT",
		"$LOG_LEVEL", "$LOG_FORMAT", "$ROLES", "$READY_MAX_LAG", "$DRAIN_DELAY", "$BYTES_IN_FLIGHT",
		"$BASE_PATH", "$CORS_ORIGINS",
		"$ADMIN_PORT", "$ADMIN_HOST", "$MONGODB_URI_FILE", "$MONGODB_READ_URI_FILE",
		"$AUTH", "$AUTH_ISSUER", "$AUTH_AUDIENCE", "$AUTH_JWKS_URL", "$AUTH_CLOCK_SKEW",
		"$AUTH_USER_CLAIM", "$AUTH_SCOPE_CLAIM", "$AUTH_JWKS_URL_FILE",
	} {
		if !strings.Contains(p.output.String(), name) {
			t.Errorf("--help does not name %s", name)
		}
	}
	launch(t, "", nil, "--version").ends(t, 0, `^\S+ \((.+, )?go\S+\)\n$`)
}

func TestWhatCannotStartSaysWhyInOneSentence(t *testing.T) {
	var taken net.ListenConfig
	l, err := taken.Listen(t.Context(), "tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, tt := range []struct {
		name, env, sentence string
	}{
		{"taken port", "PORT=" + port, `^orders: .*` + port + ` is in use.*\n$`},
		{"unreachable", "MONGODB_URI=mongodb://127.0.0.1:1/x", `orders: .*127\.0\.0\.1:1.*\n$`},
		{"malformed URI", "MONGODB_URI=mongo//x", `^orders: .*MongoDB URI.*\n$`},
		{"no URI", "WRITE_STORE=mongo", `^orders: .*MONGODB_URI must be set\n$`},
		{"unknown store", "READ_STORE=disk", `^orders: .*"auto","memory","mongo".*\n$`},
		{"base path", "BASE_PATH=shop", `^orders: BASE_PATH "shop" is not a path.*\n$`},
		{"origin", "CORS_ORIGINS=*,null", `^orders: CORS_ORIGINS "null" is not an origin.*\n$`},
		{"unknown currency", "DEFAULT_CURRENCY=usd", `^orders: .*ISO 4217.*\n$`},
		{"two lines", "MONGODB_URI=mongodb://a/b\nc", `^orders: MONGODB_URI: .*U\+000A.*\n$`},
		{"no issuer", "AUTH=jwt", `^orders: AUTH=jwt needs AUTH_ISSUER and AUTH_AUDIENCE.*\n$`},
		{"no unit", "REQUEST_TIMEOUT=10", `^orders: REQUEST_TIMEOUT: .*write 10s.*\n$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := append([]string{"PORT=" + strconv.Itoa(freePort(t))}, tt.env)
			p := launch(t, "", append(env, "LOG_LEVEL=error"))
			p.ends(t, 1, tt.sentence)
		})
	}
}

// A URI that was given in place of something else is not repeated with its password.
func TestNoErrorRepeatsAPassword(t *testing.T) {
	const uri = "mongodb://ann:s3cret@localhost/x"
	for name, p := range map[string]*process{
		"argument":    launch(t, "", nil, uri),
		"flag":        launch(t, "", nil, "--uri="+uri),
		"projection":  launch(t, "", nil, "projection", "rebuild", uri),
		"PORT":        launch(t, "", []string{"PORT=" + uri}),
		"WRITE_STORE": launch(t, "", []string{"WRITE_STORE=" + uri}),
		"ROLES":       launch(t, "", []string{"ROLES=" + uri}),
		"currency":    launch(t, "", []string{"DEFAULT_CURRENCY=" + uri}),
		"timeout":     launch(t, "", []string{"REQUEST_TIMEOUT=" + uri}),
		"MONGODB_URI": launch(t, "", []string{"MONGODB_URI=" + uri + "?x"}),
	} {
		p.ends(t, 1, `^orders: `)
		said := p.output.String()
		if strings.Contains(said, "s3c") || strings.Contains(said, "ann:") {
			t.Errorf("%s: it says %q", name, said)
		}
	}
}

func TestAStandAloneIsRefusedWithTheLineThatMendsIt(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	alone := mongotest.StartAlone(t)
	p := launch(t, "", []string{"MONGODB_URI=" + alone.URI("x"), "LOG_LEVEL=error"})
	p.ends(t, 1, `^orders: .*rs\.initiate\(\).*\n$`)
}

// A request that is under way when SIGTERM comes is answered. It is under way for a while because
// the database holds up the first write, and all others wait for it.
func TestTermAnswersWhatIsUnderWay(t *testing.T) {
	skipShort(t)
	uri := mongotest.BreakableURI(t)
	p, metrics := observedAt(t, "MONGODB_URI="+uri, "REQUEST_TIMEOUT=1m")
	p.create(t)
	hang := mongotest.HangInserts(t, uri, "order_writes")
	answers := make(chan told, 8)
	go p.ask(t.Context(), "first", answers)
	hang.AwaitHung()
	for n := range cap(answers) - 1 {
		go p.ask(t.Context(), fmt.Sprint("key-", n), answers)
	}
	eventually(t, "all are under way", func() bool {
		return metrics.scrape(t).has(samples{
			"orders_group_commit_queued_commits": float64(cap(answers) - 1),
		})
	})
	p.terminate(t)
	eventually(t, "the port is closed", func() bool {
		address := strings.TrimPrefix(p.base, "http://")
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	hang.Release()
	for range cap(answers) {
		if a := <-answers; a.err != nil || a.status != 201 {
			t.Errorf("key %s: status %d, %v, %v", a.key, a.status, a.json, a.err)
		}
	}
	p.ends(t, 0, "")
}

func TestTwoInstancesStartAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	uri := "MONGODB_URI=" + mongotest.URI(t)
	port := []string{strconv.Itoa(freePort(t)), strconv.Itoa(freePort(t))}
	first := launch(t, "", []string{uri, "PORT=" + port[0]})
	second := launch(t, "", []string{uri, "PORT=" + port[1]})
	first.serves(t)
	second.serves(t)
	id := second.shown(t, first.create(t))
	done := second.must(t, 200, "POST", "/commands/orders/"+id+"/confirm", "")
	first.shows(t, done).want(t, `2`, "order", "version")
}

func TestItStartsAfterAKillInTheMiddleOfMigrating(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	dice := rand.New(rand.NewPCG(4, 2))
	for range 12 {
		uri := "MONGODB_URI=" + mongotest.URI(t)
		broken := launch(t, "", []string{uri, "PORT=" + strconv.Itoa(freePort(t))})
		time.Sleep(time.Duration(10+dice.IntN(120)) * time.Millisecond)
		broken.kill()
		p := start(t, uri)
		p.create(t)
		p.kill()
	}
}
