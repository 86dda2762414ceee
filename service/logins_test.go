package service

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

// withLogins are texts with a login, whose parts all have the letters Kvjq or Zqxw.
var withLogins = []string{
	"mongodb://Zqxw:Kvjq@db/shop",
	"mongodb+srv://Zqxw:Kvjq@db.example/shop?w=1",
	"MongoDB://Zqxw:Kvjq@db",
	"amqps://Zqxw:Kvjq@broker:5671/vhost",
	"https://Zqxw:Kvjq@issuer.example/jwks: connection refused",
	"http://Kvjq@host/", // A token alone.
	"mongodb://:Kvjq@db/shop",
	"mongodb://Zqxw:@db Kvjq@db",
	"mongodb://Zqxw:Kvjq@Kvjq@db/shop",
	"mongodb://Zqxw:Kv/jqKvjq@db/shop",
	"mongodb://Zqxw:?Kvjq#Kvjq@db/shop",
	"mongodb://Zqxw:Kvjq Kvjq@db/shop",
	"mongodb://Zqxw:Kvjq@Kvjq Kvjq@db/shop",
	`mongodb://Zqxw:Kvjq"Kvjq@db/shop`,
	"mongodb://Zqxw:Kvjq'Kvjq@db/shop",
	"mongodb://Zqxw:a://Kvjq@db/shop",
	"mongodb://Zqxw:Kvjq://b@db/shop",
	"mongodb://Zqxw:p%40Kvjq@db/shop",
	"mongodb://Zqxw:Kvjq%40db/shop",
	"mongodb://zz:Kvjq/shop",
	"mongodb://zz:Kvjq",
	"mongodb://zz:12345678Kvjq/shop",
	"mongodb://a:27017,zz:Kvjq/shop",
	"mongodb://zz%3AKvjq%2Fshop",
	"mongodb%3A%2F%2FZqxw%3AKvjq%40db%2Fshop",
	"mongodb%253A%252F%252FZqxw%253AKvjq%2540db",
	`{"uri":"mongodb:\/\/Zqxw:Kvjq@db\/shop"}`,
	`{"uri":"mongodb://Zqxw:Kvjq\u0040db"}`,
	"MONGODB_URI=mongodb://Zqxw:Kvjq@db",
	"--mongodb-uri=mongodb://Zqxw:Kvjq@db: unknown flag",
	`parse "mongodb://Zqxw:Kv jqKvjq@db": invalid character " " in host name`,
	"a mongodb://Zqxw:Kvjq@a/b and (https://Zqxw:Kvjq@c/d), <amqp://Zqxw:Kvjq@e>",
	"https://Zqxw:Kvjq@a,https://Zqxw:Kvjq@b",
	"first\nmongodb://Zqxw:Kvjq@db\nlast",
	"https://h/jwks?access_token=Kvjq&x=1", "https://h/x?a=1&client_secret=Kvjq",
	"mongodb://h/?tlsCertificateKeyFilePassword=Kvjq",
	"mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:Kvjq",
}

// bareLogins have no scheme before them.
var bareLogins = []string{
	"Zqxw:Kvjq@db/shop", "unexpected argument Zqxw:Kvjq@db", `"Zqxw:Kvjq@db"`,
	"MONGODB_URI=Zqxw:Kvjq@db",
	"mongodb://db/shop, or Zqxw:Kvjq@db", "Zqxw:Kvjq@db and mongodb://db",
}

func TestLoginsAreRemoved(t *testing.T) {
	for _, text := range append(bareLogins, withLogins...) {
		got := WithoutLogins(text)
		if strings.Contains(got, "Kvjq") || strings.Contains(got, "Zqxw") {
			t.Errorf("%q becomes %q", text, got)
		}
		if again := WithoutLogins(got); again != got {
			t.Errorf("%q becomes %q and then %q", text, got, again)
		}
	}
}

func TestOtherTextsStay(t *testing.T) {
	for _, text := range []string{
		"", "MongoDB at db:27017 cannot be used after 10s: no primary was found",
		"mongodb://a:27017,b:27018/shop?replicaSet=rs0", "mongodb://[::1]:27017/shop",
		"https://issuer.example/realms/shop", "http://127.0.0.1:3000/health answered 503",
		`Get "http://127.0.0.1:3000/health": dial tcp 127.0.0.1:3000: connect: refused`,
		"http://db:3000: connection refused", "ann@desk ran it", "told by: ann@desk",
		"/queries/orders/a%40b", "100 % of it", `C:\orders`, "two // slashes",
	} {
		if got := WithoutLogins(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	const both = "read mongodb://Zqxw:Kvjq@db/shop: no such file"
	if got := WithoutLogins(both); got != "read mongodb://…@db/shop: no such file" {
		t.Errorf("it becomes %q", got)
	}
}

// Whoever asks for a path with an @ in it is logged as he asked.
func TestLinesHideNothingThatIsNoURI(t *testing.T) {
	var out bytes.Buffer
	Config{Stderr: &out}.Logger().Info("request", "path", "/admin/a:b@c", "key", "tenant:5@eu")
	if !strings.Contains(out.String(), "path=/admin/a:b@c key=tenant:5@eu") {
		t.Errorf("it logs %s", &out)
	}
}

type spelled struct{ text string }

func (s spelled) String() string { return s.text }

// Whatever way a URI takes into a line, it is logged without its login.
func TestLinesHaveNoLogins(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		for _, uri := range withLogins {
			var out bytes.Buffer
			log := Config{LogFormat: format, Stderr: &out}.Logger()
			log = log.With("with", uri).WithGroup("group").With("within", errors.New(uri))
			log.Error("It begins with "+uri, "text", uri, "error", fmt.Errorf("at: %w",
				&url.Error{Op: "Get", URL: uri, Err: errors.New(uri)}),
				"stringer", spelled{uri}, "store", Store(uri), "list", []string{uri},
				slog.Group("deep", "text", uri, "valuer", valuer(uri)))
			for _, part := range []string{"Kvjq", "Zqxw"} {
				if strings.Contains(out.String(), part) {
					t.Errorf("%s: of %q it logs %s", format, uri, &out)
				}
			}
		}
	}
}

type valuer string

func (v valuer) LogValue() slog.Value { return slog.StringValue(string(v)) }

func TestLinesWithoutLoginsAreAsEver(t *testing.T) {
	var out, want bytes.Buffer
	plain := slog.New(slog.NewTextHandler(&want, nil))
	for _, log := range []*slog.Logger{plain, (Config{Stderr: &out}).Logger()} {
		log = log.With("a", 1).WithGroup("g").With("e", errors.New("no"))
		log.Info("a line", "text", "b c", "store", Mongo, "list", []string{"x"}, "nothing", nil)
		log.Debug("no line")
	}
	_, got, _ := strings.Cut(out.String(), " ") // The time differs.
	_, as, _ := strings.Cut(want.String(), " ")
	if got != as {
		t.Errorf("it logs %s, want %s", got, as)
	}
}
