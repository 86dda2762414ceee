package e2e_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"orders/service"
	"orders/test/mongotest"
)

// A login of these tests: nothing that a line has by chance.
const (
	loginUser = "Zqxw"
	loginWord = "Kvjq7Hbz"
	loginAs   = loginUser + ":" + loginWord + "@"
)

// wrongURIs have the login in them, and are wrong in many ways.
var wrongURIs = []string{
	"mongodb://" + loginAs + "127.0.0.1:1/shop",
	"mongodb://" + loginUser + ":Kvjq/7@Hbz " + loginWord + "@127.0.0.1:1/shop",
	"mongodb+srv://" + loginAs + "127.0.0.1:1/shop?" + loginWord + "@",
	"mongodb://zz:" + loginWord + "/shop",
	"http://" + loginAs + "127.0.0.1:1/keys?access_token=" + loginWord,
	"file://" + loginAs + "host/keys",
	"mongodb%3A%2F%2F" + loginUser + "%3A" + loginWord + "%40db",
	loginAs + "127.0.0.1:1",
}

// wantNoLogin wants no part of the login in a text.
func wantNoLogin(t *testing.T, about, text string) {
	t.Helper()
	for _, part := range []string{loginUser, "Kvjq", "7Hbz"} {
		if strings.Contains(text, part) {
			t.Errorf("%s: it says %s", about, text)
			return
		}
	}
}

// runsFor runs the program for a while at most, and returns all that it can say.
func runsFor(t *testing.T, d time.Duration, env []string, args ...string) string {
	t.Helper()
	p := launch(t, "", append([]string{"LOG_LEVEL=debug", "LOG_WIRING=true",
		"MONGODB_LOG_ALL=debug", "HOST=127.0.0.1", "PORT=0"}, env...), args...)
	select {
	case <-p.exited:
	case <-time.After(d):
		p.kill()
	}
	return p.output.String()
}

// Of each setting, the variable and the flag.
func eachSetting(t *testing.T, do func(variable, flag string)) {
	t.Helper()
	fields, n := reflect.TypeFor[service.Config](), 0
	for i := range fields.NumField() {
		field := fields.Field(i)
		variable := field.Tag.Get("env")
		if variable == "" {
			continue
		}
		n++
		flag := field.Tag.Get("name")
		if flag == "" {
			flag = strings.ToLower(strings.ReplaceAll(variable, "_", "-"))
		}
		do(variable, "--"+flag)
	}
	if n < 20 {
		t.Fatalf("there are only %d settings", n)
	}
}

func TestALoginInAnySettingIsSaidNowhere(t *testing.T) {
	skipShort(t)
	const short = 300 * time.Millisecond
	eachSetting(t, func(variable, flag string) {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			env := []string{}
			if strings.HasPrefix(variable, "AUTH_") {
				env = []string{"AUTH=jwt", "AUTH_ISSUER=http://127.0.0.1:1", "AUTH_AUDIENCE=x"}
			}
			for _, uri := range wrongURIs {
				wantNoLogin(t, variable+"="+uri, runsFor(t, short, append(env, variable+"="+uri)))
				wantNoLogin(t, flag+"="+uri, runsFor(t, short, env, flag+"="+uri))
			}
			env = append(env, variable+"="+wrongURIs[0])
			wantNoLogin(t, "help", runsFor(t, short, env, "--help"))
		})
	})
	for _, variable := range []string{"GOGC", "AUDIT_ACTOR", "MONGODB_URI_FILE"} {
		for _, uri := range wrongURIs {
			line := []string{"projection", "status"}
			wantNoLogin(t, variable, runsFor(t, short, []string{variable + "=" + uri}, line...))
			wantNoLogin(t, "argument", runsFor(t, short, nil, uri))
			wantNoLogin(t, "flag", runsFor(t, short, nil, "--"+uri))
			wantNoLogin(t, "after a flag", runsFor(t, short, nil, "--mongodb-url", uri))
		}
	}
}

// A line of .env that is spelled wrongly is not repeated either.
func TestALoginInDotEnvIsSaidNowhere(t *testing.T) {
	skipShort(t)
	for _, uri := range wrongURIs {
		for _, line := range []string{"MONGODB_URI=", "MONGODB_URI ", "PORT=", "", "ROLES=\""} {
			dir := t.TempDir()
			file := filepath.Join(dir, ".env")
			if err := os.WriteFile(file, []byte(line+uri), 0o600); err != nil {
				t.Fatal(err)
			}
			p := launch(t, dir, nil, "projection", "status")
			select {
			case <-p.exited:
			case <-time.After(300 * time.Millisecond):
				p.kill()
			}
			wantNoLogin(t, line+uri, p.output.String())
		}
	}
}

// A server repeats the user whom it refuses.
func TestARefusedLoginIsSaidNowhere(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	uri := strings.Replace(g.Open("shop"), "mongodb://", "mongodb://"+loginAs, 1)
	for _, uri := range []string{uri, uri + "&authSource=admin"} {
		file := filepath.Join(t.TempDir(), "uri")
		if err := os.WriteFile(file, []byte(uri), 0o400); err != nil {
			t.Fatal(err)
		}
		for _, env := range []string{"MONGODB_URI=" + uri, "MONGODB_URI_FILE=" + file} {
			for _, line := range []string{"serve", "migrate up", "projection status", "audit"} {
				said := runsFor(t, patience, []string{env}, strings.Fields(line)...)
				wantNoLogin(t, line, said)
				if !strings.Contains(said, "refuses the user and password of the URI") {
					t.Errorf("%s: it says %s", line, said)
				}
			}
		}
	}
}

// Neither does the service say the login with which it lives, nor does the audit keep it.
func TestTheLoginThatWorksIsSaidNowhere(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	uri := g.URI("shop", mongotest.BuiltIn("readWrite", "shop"))
	_, login, _ := strings.Cut(uri, "://")
	login, _, _ = strings.Cut(login, "@")
	user, password, _ := strings.Cut(login, ":")
	file := filepath.Join(t.TempDir(), "uri")
	if err := os.WriteFile(file, []byte(uri+"\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	env := []string{"MONGODB_URI_FILE=" + file, "LOG_LEVEL=debug", "LOG_WIRING=true",
		"MONGODB_LOG_ALL=debug"}
	p := start(t, env...)
	p.create(t)
	g.Allow(uri, mongotest.BuiltIn("read", "shop"))
	p.must(t, 503, "POST", "/commands/orders", body)
	g.Allow(uri, mongotest.BuiltIn("readWrite", "shop"))
	settles(t, "MONGODB_URI="+uri)
	said := operates(t, 0, env, "projection", "rebuild", "orders") +
		operates(t, 1, env, "projection", "rebuild", uri) + operates(t, 0, env, "audit") +
		operates(t, 0, env, "audit", "--json") + operates(t, 0, env, "projection", "status")
	p.terminate(t)
	p.ends(t, 0, "Stopped")
	for _, secret := range []string{user, password} {
		if strings.Contains(p.output.String()+said, secret) {
			t.Errorf("it says %s: %s%s", secret, p.output, said)
		}
	}
}
