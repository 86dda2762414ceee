package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/alecthomas/kong"

	"orders/service"
)

// written to a file in a folder of its own, with no more rights than a secret has.
func secretFile(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(name, []byte(content), 0o400); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestASecretIsReadFromAFile(t *testing.T) {
	for _, content := range []string{
		secretURI, secretURI + "\n", "\uFEFF" + secretURI + "\r\n", "\n\t " + secretURI + " \n\n",
	} {
		name := secretFile(t, content)
		for variable, of := range map[string]func(service.Config) any{
			"MONGODB_URI_FILE": uri, "MONGODB_READ_URI_FILE": readURI,
			"AUTH_JWKS_URL_FILE": func(c service.Config) any { return c.KeysURL },
		} {
			c, err := parse(t, map[string]string{variable: name + "\n"}, "")
			if got := of(c.Config); err != nil || got != secretURI {
				t.Errorf("%s with %q makes %q, %v", variable, content, got, err)
			}
			c, err = parse(t, nil, variable+"="+name+"\r\n")
			if got := of(c.Config); err != nil || got != secretURI {
				t.Errorf("in .env %s with %q makes %q, %v", variable, content, got, err)
			}
		}
	}
}

// Kubernetes mounts a secret as a link to a file behind a link to a folder.
func TestASecretBehindLinksIsRead(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "uri")
	for _, err := range []error{
		os.Mkdir(filepath.Join(dir, "..2026_03_01"), 0o500|0o200),
		os.WriteFile(filepath.Join(dir, "..2026_03_01", "uri"), []byte(secretURI), 0o400),
		os.Symlink("..2026_03_01", filepath.Join(dir, "..data")),
		os.Symlink(filepath.Join("..data", "uri"), name),
	} {
		if err != nil {
			t.Skip("no links here: ", err)
		}
	}
	c, err := parse(t, map[string]string{"MONGODB_URI_FILE": name}, "")
	if err != nil || c.MongoURI != secretURI {
		t.Errorf("it is %q, %v", c.MongoURI, err)
	}
}

// Where several places name a secret, one of them counts, or it is said.
func TestWhichSecretCounts(t *testing.T) {
	other := "mongodb://other/shop"
	name, otherName := secretFile(t, secretURI), secretFile(t, other)
	for about, tt := range map[string]struct {
		env    map[string]string
		dotEnv string
		args   []string
	}{
		"a flag": {map[string]string{"MONGODB_URI_FILE": otherName}, "",
			[]string{"--mongodb-uri=" + secretURI}},
		"a flag, and no such file": {map[string]string{"MONGODB_URI_FILE": "none"}, "",
			[]string{"--mongodb-uri", secretURI}},
		"a file before .env": {map[string]string{"MONGODB_URI_FILE": name},
			"MONGODB_URI=" + other, nil},
		"a file before a file of .env": {map[string]string{"MONGODB_URI_FILE": name},
			"MONGODB_URI_FILE=" + otherName, nil},
		"a variable before a file of .env": {map[string]string{"MONGODB_URI": secretURI},
			"MONGODB_URI_FILE=" + otherName, nil},
		"a variable without a value": {
			map[string]string{"MONGODB_URI": " ", "MONGODB_URI_FILE": name}, "", nil},
		"a file without a name": {
			map[string]string{"MONGODB_URI_FILE": "\n"}, "MONGODB_URI_FILE=" + name, nil},
		"no file at all": {
			map[string]string{"MONGODB_URI": secretURI, "MONGODB_URI_FILE": ""}, "", nil},
	} {
		c, err := parse(t, tt.env, tt.dotEnv, tt.args...)
		if err != nil || c.MongoURI != secretURI {
			t.Errorf("%s: it is %q, %v", about, c.MongoURI, err)
		}
	}
	both := "MONGODB_URI=" + secretURI + "\nMONGODB_URI_FILE=" + name
	_, err := parse(t, nil, both)
	wantRefusal(t, err, "MONGODB_URI_FILE", "both MONGODB_URI and MONGODB_URI_FILE are set")
	_, err = parse(t, map[string]string{"MONGODB_URI": secretURI, "MONGODB_URI_FILE": name}, "")
	wantRefusal(t, err, "MONGODB_URI_FILE", "both MONGODB_URI and MONGODB_URI_FILE are set")
}

func TestAFileThatHoldsNoSecretIsRefusedByName(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip(err)
	}
	files := map[string]string{
		filepath.Join(t.TempDir(), "none"): "cannot be read: no such file or directory",
		t.TempDir():                        "cannot be read: it is no regular file",
		fifo:                               "cannot be read: it is no regular file",
		"/dev/zero":                        "cannot be read: it is no regular file",
		secretFile(t, ""):                  "is empty",
		secretFile(t, " \r\n"):             "is empty",
		secretFile(t, strings.Repeat("s3cret", 11_000)): "it is larger than 64 KiB",
		secretFile(t, "s3cret\x00s3cret"):               "control character U+0000",
		secretFile(t, "s3cret\ns3cret"):                 "control character U+000A",
		secretFile(t, "s3cret\xff"):                     "it is not UTF-8",
	}
	if os.Getuid() != 0 {
		name := secretFile(t, secretURI)
		if err := os.Chmod(name, 0); err != nil {
			t.Fatal(err)
		}
		files[name] = "permission denied"
	}
	for name, why := range files {
		_, err := parse(t, map[string]string{"MONGODB_URI_FILE": name}, "")
		wantRefusal(t, err, "MONGODB_URI_FILE", why)
		if err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not name %s", err, name)
		}
	}
	for _, name := range []string{secretURI, "s3cret\ts3cret"} {
		_, err := parse(t, map[string]string{"MONGODB_READ_URI_FILE": name}, "")
		wantRefusal(t, err, "MONGODB_READ_URI_FILE", "it ")
	}
}

// A health check goes on when the secret was taken away after the start.
func TestAHealthCheckNeedsNoSecret(t *testing.T) {
	env := map[string]string{"MONGODB_URI_FILE": filepath.Join(t.TempDir(), "none")}
	if _, err := parse(t, env, "", "healthcheck"); err != nil {
		t.Error(err)
	}
	if _, err := parse(t, env, "", "serve"); err == nil {
		t.Error("the service starts without its secret")
	}
}

// notSecret are settings whose names only sound like secrets.
var notSecret = map[string]bool{
	"REQUIRE_IDEMPOTENCY_KEY": true, "PUBLIC_URL": true,
	"TLS_KEY": true, // It names a file itself.
}

var soundsSecret = regexp.MustCompile(`URI|URL|KEY|SECRET|TOKEN|PASSW|CREDENTIAL|DSN`)

// A new setting that may hold a secret has the tag, or is named above.
func TestEverySecretMayBeInAFile(t *testing.T) {
	settings := reflect.TypeFor[service.Config]()
	for i := range settings.NumField() {
		field := settings.Field(i)
		name := field.Tag.Get("env")
		_, isSecret := field.Tag.Lookup("secret")
		if isSecret && (field.Type.Kind() != reflect.String || strings.Contains(name, ",")) {
			t.Errorf("%s is not a text with one variable", field.Name)
		}
		if soundsSecret.MatchString(name) && !isSecret && !notSecret[name] {
			t.Errorf("%s may hold a secret, and no file can: tag it as a secret", name)
		}
	}
	var c cli
	parser, err := c.parser(kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	help := helpOf(t)
	for _, flag := range secretsOf(parser.Model) {
		if !strings.Contains(help, "$"+flag.Envs[0]+"_FILE") {
			t.Errorf("the help lacks %s_FILE", flag.Envs[0])
		}
	}
}

// A file of what is no secret would be ignored.
func TestAFileOfNoSecretIsRefused(t *testing.T) {
	for _, variable := range []string{"AUTH_ISSUER_FILE", "TLS_KEY_FILE", "PORT_FILE"} {
		want := variable + " has no effect"
		_, err := parse(t, map[string]string{variable: "/run/secrets/x"}, "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if _, err = parse(t, nil, variable+"=/run/secrets/x\n"); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("in .env: %v, want %q", err, want)
		}
		if _, err = parse(t, map[string]string{variable: " "}, ""); err != nil {
			t.Errorf("without a value: %v", err)
		}
	}
}
