package client_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"orders/adapters/mongo/client"
	"orders/test/mongotest"
)

// The credentials of these tests: nothing that a sentence has by chance.
const (
	whoami   = "Zqxw"
	password = "Kvjq7Hbz"
	login    = whoami + ":" + password + "@"
	encode   = "percent-encode special characters in user and password"
)

// unusable are URIs that no server is needed for to refuse, and the true reason.
var unusable = []struct{ uri, why string }{
	{"", "must begin with mongodb:// or mongodb+srv://"},
	{"localhost:27017", "must begin with mongodb://"},
	{"http://localhost", "must begin with mongodb://"},
	{"mongo://" + login + "localhost/x", "must begin with mongodb://"},
	{`"mongodb://` + login + `localhost/x"`, "must begin with mongodb://"},
	{login + "localhost/x", "must begin with mongodb://"},
	{"mongodb://", "names no host"},
	{"mongodb://" + login + "/x", "names no host"},
	{"mongodb://" + whoami + ":" + password + "/x", "port of a host must be a number"},
	{"mongodb://localhost:port/x", "port of a host must be a number"},
	{"mongodb://" + login + "localhost:99999", "port of a host must be a number from 1 to 65535"},
	{"mongodb://" + login + "localhost:0/x", "port of a host must be a number from 1 to 65535"},
	{"mongodb://" + login + "a,b:x/x", "port of a host must be a number"},
	{"mongodb://" + login + "[::1/x", "a host in it is not spelled as one"},
	{"mongodb://" + login + "%zz/x", "a host in it is not spelled as one"},
	{"mongodb://" + whoami + ":Kvjq/7Hbz@localhost/x", encode},
	{"mongodb://" + whoami + ":Kvjq:7Hbz@localhost/x", encode},
	{"mongodb://" + whoami + ":Kvjq@7Hbz@localhost/x", encode},
	{"mongodb://" + whoami + ":Kvjq@7Hbz/yy@localhost/x", encode},
	{"mongodb://" + whoami + ":%Kvjq7Hbz@localhost/x", encode},
	{"mongodb://Zq/xw:" + password + "@localhost/x", encode},
	{"mongodb://Zq%xw:" + password + "@localhost/x", encode},
	{"mongodb://:" + password + "@localhost/x", "a password, or an @, but no user"},
	{"mongodb://" + login + "localhost?replicaSet=rs0", "a / is missing before the ?"},
	{"mongodb://" + login + "localhost/%zz", "a % in its name"},
	{"mongodb://" + login + "localhost/x%0A", "a character in its name that MongoDB does not take"},
	{"mongodb://" + login + "localhost/x y", "a character in its name that MongoDB does not take"},
	{"mongodb://" + login + "localhost/x.y", "a character in its name that MongoDB does not take"},
	{"mongodb://" + login + "localhost/" + strings.Repeat("x", 64), "longer than 63 bytes"},
	{"mongodb://" + login + "localhost/admin?replicaSet=rs0", "add authSource=admin"},
	{"mongodb://localhost/Local", "no change streams"},
	{"mongodb://localhost/config", "no change streams"},
	{"mongodb://" + login + "localhost/?replicaSet", "not of the form name=value"},
	{"mongodb://" + login + "localhost/?replica%zzSet=x", "name of an option has a %"},
	{"mongodb://" + login + "localhost/?replicaSet=%zz" + password, "value of an option has a %"},
	{"mongodb://" + login + "localhost/?w=0&journal=true", "both w=0 and j=true"},
	{"mongodb://" + login + "localhost/?w=-1", "the value of w is not one"},
	{"mongodb://" + login + "localhost/?tls=maybe", "the value of tls is not one"},
	{"mongodb://" + login + "localhost/?connect=maybe", "the value of connect is not one"},
	{"mongodb://" + login + "localhost/?directConnection=2", "the value of directConnection is"},
	{"mongodb://" + login + "localhost/?readPreference=me", "the value of readPreference is"},
	{"mongodb://" + login + "localhost/?authMechanism=me", "the value of authMechanism is"},
	{"mongodb://" + login + "localhost/?authSource=", "authSource must be non-empty"},
	{"mongodb://" + login + "localhost/?authMechanismProperties=" + password, "form name:value"},
	{"mongodb://" + login + "localhost/?minPoolSize=5&maxPoolSize=1", "minPoolSize must"},
	{"mongodb://" + login + "a,b/?directConnection=true", "a direct connection cannot be made"},
	{"mongodb://" + login + "a/?tls=true&ssl=false", "must be equivalent"},
	{"mongodb://" + login + "a/?tlsCAFile=/no/ca.pem", "its file /no/ca.pem cannot be read: "},
	{"mongodb://" + login + "a/?tlsCertificateKeyFile=/no/key.pem&tlsCertificateKeyFilePassword=" +
		password, "its file /no/key.pem cannot be read: no such"},
	{"mongodb://" + login + "a/?tlsCertificateFile=/no/a.pem", "tlsPrivateKeyFile URI option must"},
	{"mongodb+srv://" + login + "localhost:27017/x", "with mongodb+srv the host must have no port"},
	{"mongodb+srv://" + login + "a,b/x", "with mongodb+srv there must be one host"},
	{"mongodb+srv://" + login + "a.b.example/?replicaSet", "not of the form name=value"},
}

func TestAnUnusableURITellsTheTrueReason(t *testing.T) {
	for _, tt := range unusable {
		_, err := client.Open(t.Context(), tt.uri, nil)
		wantReason(t, tt.uri, err, "the MongoDB URI cannot be used: ", tt.why)
		if err != nil && tt.why != encode && strings.Contains(err.Error(), encode) {
			t.Errorf("%s: %v blames the password", tt.uri, err)
		}
	}
}

func TestAFileOfNoCertificatesIsTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	uri := "mongodb://" + login + "localhost/?tlsCAFile=" + file
	_, err := client.Open(t.Context(), uri, nil)
	wantReason(t, uri, err, "the MongoDB URI cannot be used: ", "not contain any valid certif")
}

// databaseName is that of a test, whose random letters may be those of the credentials.
var databaseName = regexp.MustCompile(`test_[A-Z2-7]{26}`)

// wantReason wants a sentence that tells why, and no part of the credentials.
func wantReason(t *testing.T, uri string, err error, prefix, why string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", uri)
		return
	}
	text := err.Error()
	if !strings.HasPrefix(text, prefix) || !strings.Contains(text, why) ||
		strings.Contains(text, "\n") {
		t.Errorf("%s: %v, want %s…%s", uri, err, prefix, why)
	}
	text = databaseName.ReplaceAllString(text, "")
	for _, secret := range []string{whoami, password} {
		for i := 0; i+3 <= len(secret); i++ {
			if strings.Contains(strings.ToLower(text), strings.ToLower(secret[i:i+3])) {
				t.Errorf("%s: %v tells %s of the credentials", uri, err, secret[i:i+3])
			}
		}
	}
}

func TestUnknownHostsAreWaitedFor(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10 seconds")
	}
	for uri, why := range map[string]string{
		"mongodb://" + login + "orders.invalid/x":     "orders.invalid: DNS ",
		"mongodb+srv://" + login + "orders.invalid/x": "DNS ",
	} {
		t.Run(uri, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			_, err := client.Connect(t.Context(), uri)
			wantReason(t, uri, err, "MongoDB at orders.invalid", why)
			if err != nil && !strings.Contains(err.Error(), "cannot be used after 10s: ") {
				t.Errorf("%v does not say how long it was waited for", err)
			}
			if took := time.Since(begun); took < 9*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestARefusedLoginIsToldWithItsRemedy(t *testing.T) {
	at := strings.Replace(mongotest.BreakableURI(t), "mongodb://", "mongodb://"+login, 1)
	for uri, why := range map[string]string{
		at:                       "so add authSource=admin",
		at + "&authSource=admin": "refuses the user and password of the URI",
	} {
		_, err := client.Connect(t.Context(), uri)
		wantReason(t, uri, err, "MongoDB at ", why)
	}
}
