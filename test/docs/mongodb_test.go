package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The script on the page, which test/e2e tries, is the one that compose runs.
func TestThePageHasTheScriptOfTheRoles(t *testing.T) {
	script, err := os.ReadFile(root("docs/mongodb-roles.js"))
	if err != nil {
		t.Fatal(err)
	}
	page := section(t, "docs/operations.md", "## Rights of the database user", "\n## ")
	if !strings.Contains(page, "```js\n"+string(script)+"```\n") {
		t.Error("docs/operations.md does not have docs/mongodb-roles.js as it is")
	}
}

var (
	userOfCompose = regexp.MustCompile(`(?m)^  (\w+): \[`)
	loginInText   = regexp.MustCompile(`mongodb://[^\s/]*:[^\s/]*@`)
)

// Compose has a volume for the password of each user, which the page names, and no password.
func TestEachUserOfComposeHasAVolumeForItsPassword(t *testing.T) {
	compose, err := os.ReadFile(root("docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(root("docs/mongodb-users.js"))
	if err != nil {
		t.Fatal(err)
	}
	users := userOfCompose.FindAllStringSubmatch(string(script), -1)
	if len(users) < 6 {
		t.Errorf("the script has only the users %q", users)
	}
	page := section(t, "docs/docker.md", "## Passwords", "\n## ")
	for _, user := range users {
		if !strings.Contains(string(compose), "- "+user[1]+"-secret:/secrets/"+user[1]+"\n") {
			t.Errorf("docker-compose.yml makes no secret for %s", user[1])
		}
		if !strings.Contains(page, "`orders_"+user[1]+"-secret`") {
			t.Errorf("docs/docker.md does not name the volume of %s", user[1])
		}
	}
	if found := loginInText.Find(compose); found != nil {
		t.Errorf("docker-compose.yml has a password: %s", found)
	}
}
