package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var setting = regexp.MustCompile(`(secret:"" )?env:"([A-Z_]+)"`)

// .env.example has every setting, and the file of every secret.
func TestTheExampleHasEverySetting(t *testing.T) {
	config, err := os.ReadFile(root("service/config.go"))
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(root(".env.example"))
	if err != nil {
		t.Fatal(err)
	}
	has := func(name string) bool {
		return regexp.MustCompile(`(?m)^#?` + name + `=`).Match(example)
	}
	settings := setting.FindAllStringSubmatch(string(config), -1)
	if len(settings) != strings.Count(string(config), `env:"`) || len(settings) < 30 {
		t.Errorf("service/config.go has only the settings %q", settings)
	}
	for _, s := range settings {
		if !has(s[2]) {
			t.Errorf(".env.example lacks %s", s[2])
		}
		if s[1] != "" && !has(s[2]+"_FILE") {
			t.Errorf(".env.example lacks %s_FILE, as %s may hold a secret", s[2], s[2])
		}
	}
}
