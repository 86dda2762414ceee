// Package docs_test keeps the pages true: the Go names, paths, flags and variables that they
// mention exist. A page is README.md, or any other one in Markdown.
package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// foreign are names of other people's that pages mention: of Docker, MongoDB, Linux, Go and so on.
var foreign = strings.Fields(`
	orderreads orderwrites
	--profile --build-arg --scale --reset-offsets
	JSON.parse TCP_NOTSENT_LOWAT UnescapePath pprof perf updated_at_min
	connectionStatus replSetResizeOplog minRetentionHours maxIndexBuildMemoryUsageMegabytes
	performInserts JournalFlusher __wt_evict_thread_run logInsertOps
	_3 SSL_CERT_FILE clientScopes requestedAccessTokenVersion oid
	http/protobuf http/json OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE OTEL_EXPORTER_OTLP_INSECURE
	SystemMaxUse timedatectl iostat waitingForLock
	planSummary currentOp bindIp keyFile vm.max_map_count
	ssl_certificate ssl_certificate_key NewClientWithResponses WithRequestEditorFn
`)

// goTest are flags of go test, go run and go build.
var goTest = []string{
	"run", "short", "race", "shuffle", "timeout", "count", "v", "bench", "fuzz",
	"trimpath", "ldflags", "o", "w",
}

func TestPagesNameWhatExists(t *testing.T) {
	h := built(t)
	for name := range h.files {
		if filepath.Ext(name) != ".md" || !isThere(name) || strings.HasSuffix(name, "document.md") {
			continue // That one is a template of docs/performance.md.
		}
		text, err := os.ReadFile(root(name))
		if err != nil {
			t.Fatal(err)
		}
		for _, lie := range h.lies(name, string(text)) {
			t.Error(lie)
		}
	}
}

// The test itself can fail: each of these must be noticed, once and where it stands.
func TestLiesAreNoticed(t *testing.T) {
	h := built(t)
	for text, says := range map[string]string{
		"`contract.OrderViews`":               "contract declares no OrderViews",
		"`EventStore.Forget`":                 "no type EventStore has a Forget",
		"`nowhere.Name`":                      "there is no package nowhere",
		"`ForgottenName`":                     "nothing is called ForgottenName",
		"`adapters/mongo/forgotten.go`":       "there is no adapters/mongo/forgotten.go",
		"`forgotten.go`":                      "there is no forgotten.go",
		"in `domain/order`: `eventstore.go`":  "there is no eventstore.go in domain/order",
		"`adaptors/*.go`":                     "there is no adaptors/*.go",
		"`GET /queries/misplaced`":            "no path of the service has misplaced",
		"[here](docs/forgotten.md)":           "there is no docs/forgotten.md",
		"[here](docs/life.md#forgotten)":      "docs/life.md has no heading #forgotten",
		"`--forgotten`":                       "there is no flag --forgotten",
		"    orders forget orders":            "orders has no command forget",
		"    go run . --forgotten":            "there is no flag --forgotten",
		"    go run ./test/forgotten":         "there is no ./test/forgotten",
		"    go test ./ports -forgotten":      "there is no flag -forgotten",
		"    HTTP --> command.Forgotten":      "command declares no Forgotten",
		"`FORGOTTEN=1`":                       "nothing is called FORGOTTEN",
		"```sh\nFORGOTTEN_VARIABLE=1 ls\n```": "nothing is called FORGOTTEN_VARIABLE",
		"`ports.Position.Forgotten`":          "ports declares no Position.Forgotten",
		"`orders.OrderForgotten.v1`":          "orders declares no OrderForgotten.v1",
	} {
		lies := h.lies("README.md", "\n\n"+text+"\n")
		if len(lies) != 1 || !strings.HasPrefix(lies[0], "README.md:") ||
			!strings.Contains(lies[0], says) {
			t.Errorf("%s: %q, want %q", text, lies, says)
		}
	}
	const truths = "`contract.EventStore`, `ports.Batch.Next`, `EventStore.Load`, `docs/*.md`, " +
		"`--read-store=memory`, `MONGODB_URI=… go run . --port 1`, [life](docs/life.md#x), `*.go`\n"
	if lies := h.lies("README.md", strings.ReplaceAll(truths, "#x", "")); len(lies) > 0 {
		t.Error(lies)
	}
}

var (
	span = regexp.MustCompile("`([^`]+)`")
	link = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// lies says of each thing that a page mentions and that is not there, where that stands.
func (h house) lies(page, text string) (lies []string) {
	fenced, folder := false, ""
	for i, line := range strings.Split(text, "\n") {
		tell := func(lie string) {
			if lie != "" {
				lies = append(lies, fmt.Sprintf("%s:%d: %s", page, i+1, lie))
			}
		}
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			continue
		}
		if fenced || strings.HasPrefix(line, "    ") {
			h.command(line, tell)
			continue
		}
		if line == "" {
			folder = ""
		}
		for _, m := range span.FindAllStringSubmatch(line, -1) {
			switch name := m[1]; {
			case fileName.MatchString(name) && folder != "" && h.files[name]:
				tell(h.within(folder, name))
			default:
				h.mention(name, tell)
			}
			if d, err := os.Stat(root(m[1])); err == nil && d.IsDir() {
				folder = m[1]
			}
		}
		for _, m := range link.FindAllStringSubmatch(line, -1) {
			tell(linked(filepath.ToSlash(filepath.Dir(page)), m[1]))
		}
	}
	return lies
}

// within checks a file that is named after its folder, as in "in `ports`: `feed.go`".
func (h house) within(folder, name string) string {
	for file := range h.files {
		if strings.HasPrefix(file, folder+"/") && strings.HasSuffix(file, "/"+name) {
			return ""
		}
	}
	return fmt.Sprintf("there is no %s in %s", name, folder)
}

// isThere reports whether a path or a pattern of paths leads to something.
func isThere(path string) bool {
	found, err := filepath.Glob(root(path))
	return err == nil && len(found) > 0
}

var (
	qualified  = regexp.MustCompile(`^([a-z]\w*)\.([A-Z]\w*(?:\.\w+)?)$`)
	member     = regexp.MustCompile(`^[A-Z]\w*\.\w+$`)
	identifier = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	fileName   = regexp.MustCompile(`^[\w.*-]+\.(go|md|ya?ml|json|conf|mod|tmpl)$`)
	filePath   = regexp.MustCompile(`^[\w.*-]+(/[\w.*-]+)+/?$`)
	request    = regexp.MustCompile(`^(?:[A-Z]+ )?(/[^\s=]*)(?:=\S*)?$`)
	notOurs    = regexp.MustCompile(`^(application|text|mongodb|golang|go|shop|\w+\.\w+)/|^\d`)
)

// mention checks a text between backticks.
func (h house) mention(text string, tell func(string)) {
	name := strings.TrimSuffix(strings.TrimSuffix(text, "()"), "=")
	switch q := qualified.FindStringSubmatch(name); {
	case slices.Contains(foreign, name), notOurs.MatchString(name):
	case fileName.MatchString(name):
		if !h.files[name] && !strings.Contains(name, "*") {
			tell("there is no " + name)
		}
	case q != nil:
		tell(h.declares(q[1], q[2]))
	case member.MatchString(name):
		if of, what, _ := strings.Cut(name, "."); !h.members[name] {
			tell(fmt.Sprintf("no type %s has a %s", of, what))
		}
	case identifier.MatchString(name):
		if !h.words[name] && !h.words[strings.TrimPrefix(name, "orders_")] { // Or it is a metric.
			tell(fmt.Sprintf("nothing is called %s; if it is not ours, add it to foreign in %s",
				name, here))
		}
	case request.MatchString(name):
		for _, w := range word.FindAllString(request.FindStringSubmatch(name)[1], -1) {
			if !h.words[w] && !slices.Contains(foreign, w) {
				tell(fmt.Sprintf("%s: no path of the service has %s", name, w))
			}
		}
	case filePath.MatchString(name):
		if !isThere(name) {
			tell("there is no " + name)
		}
	default:
		h.command(text, tell)
	}
}

func (h house) declares(pkg, name string) string {
	event, _, _ := strings.Cut(name, ".")
	switch declared, ours := h.packages[pkg]; {
	case strings.HasPrefix(pkg, "order") && isThere("adapters/message/schemas/"+event):
		return "" // The type of a message, or its routing key.
	case ours && !declared[name]:
		return fmt.Sprintf("%s declares no %s", pkg, name)
	case !ours && !h.imported[pkg]:
		return "there is no package " + pkg
	}
	return ""
}

var (
	inCode   = regexp.MustCompile(`\b([a-z]\w*)\.([A-Z]\w*)`)
	variable = regexp.MustCompile(`(?:^|[\s"])([A-Z][A-Z0-9_]{2,})=`)
	flagged  = regexp.MustCompile(`(?:^|\s)(--?)([a-z][a-z-]*)`)
	program  = regexp.MustCompile(`(?:^|\s|/)(?:orders|go run \.) ([a-z]+)`)
	local    = regexp.MustCompile(`(?:^|\s)(\./[\w/.-]+)`)
	others   = regexp.MustCompile(`docker|curl|ctl |helm |^ *install |^ *mongo|^ *zcat `)
	ours     = regexp.MustCompile(`(^|\s|/)(orders|go run|go test|--[a-z=,-]+$)|^--`)
)

// command checks a command for a shell, and the Go names in a diagram.
func (h house) command(line string, tell func(string)) {
	for _, m := range inCode.FindAllStringSubmatch(line, -1) {
		if h.packages[m[1]] != nil {
			tell(h.declares(m[1], m[2]))
		}
	}
	for _, m := range variable.FindAllStringSubmatch(line, -1) {
		if !h.words[m[1]] && !slices.Contains(foreign, m[1]) {
			tell("nothing is called " + m[1])
		}
	}
	line, _, _ = strings.Cut(line, " #")
	if !ours.MatchString(line) || others.MatchString(line) {
		return
	}
	for _, m := range flagged.FindAllStringSubmatch(line, -1) {
		known := h.flags[m[2]] || m[1] == "-" && slices.Contains(goTest, m[2])
		if !known && !slices.Contains(foreign, m[1]+m[2]) {
			tell("there is no flag " + m[1] + m[2])
		}
	}
	for _, m := range local.FindAllStringSubmatch(line, -1) {
		if !isThere(strings.TrimSuffix(m[1], "/...")) {
			tell("there is no " + m[1])
		}
	}
	if m := program.FindStringSubmatch(line); m != nil && !h.commands[m[1]] {
		tell("orders has no command " + m[1])
	}
}
