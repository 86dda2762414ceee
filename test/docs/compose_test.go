package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	variableOfCompose = regexp.MustCompile(`\$\{([A-Z_]+):-([^${}]*)`)
	passedByCompose   = regexp.MustCompile(`(?m)^    ([A-Z_]+): \$\{([A-Z_]+):-`)
)

func compose(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(root("docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The page names every variable of the compose file with its default.
func TestThePageKnowsTheVariablesOfCompose(t *testing.T) {
	page := section(t, "docs/docker.md", "## What can be set", "\n## ")
	found := variableOfCompose.FindAllStringSubmatch(compose(t), -1)
	if len(found) < 10 {
		t.Errorf("the compose file has only the variables %q", found)
	}
	for _, v := range found {
		told := false
		for _, row := range strings.Split(page, "\n") {
			told = told || strings.HasPrefix(row, "| ") && strings.Contains(row, "`"+v[1]+"`") &&
				(v[2] == "" || strings.Contains(row, "`"+v[2]+"`"))
		}
		if !told {
			t.Errorf("docs/docker.md has no row for %s with its default %s", v[1], v[2])
		}
	}
}

// What says who may do what reaches every process, as the same variable.
func TestComposePassesTheSettingsOfAccess(t *testing.T) {
	file := compose(t)
	passed := map[string]bool{}
	for _, v := range passedByCompose.FindAllStringSubmatch(file, -1) {
		passed[v[1]] = v[1] == v[2]
	}
	config, err := os.ReadFile(root("service/config.go"))
	if err != nil {
		t.Fatal(err)
	}
	settings := regexp.MustCompile(`group:"Access:".* env:"([A-Z_]+)"`).
		FindAllStringSubmatch(string(config), -1)
	if len(settings) < 8 {
		t.Errorf("the settings of access are %q", settings)
	}
	for _, s := range settings {
		if !passed[s[1]] {
			t.Errorf("docker-compose.yml does not pass %s", s[1])
		}
	}
	if !strings.Contains(file, "AUTH: ${AUTH:-${PUBLISH_HOST:+") {
		t.Error("docker-compose.yml lets others in without a word of who needs a token")
	}
	for _, own := range regexp.MustCompile(`environment: \{.*`).FindAllString(file, -1) {
		if !strings.Contains(own, "<<: *environment") {
			t.Errorf("docker-compose.yml: %s lacks what all processes get", own)
		}
	}
}
