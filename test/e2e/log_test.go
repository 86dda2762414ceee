package e2e_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// lines are the JSON lines that a process has written.
func (p *process) lines(t *testing.T) (all []map[string]any) {
	t.Helper()
	for text := range strings.Lines(p.output.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		all = append(all, line)
	}
	return all
}

// What a process logs from its start to its end, when all goes well.
func TestTheLogOfALife(t *testing.T) {
	admin := freePort(t)
	p := start(t, "LOG_FORMAT=json", "HOST=127.0.0.1", "ADMIN_PORT="+strconv.Itoa(admin))
	id := p.create(t).id()
	for _, probe := range []string{"/livez", "/readyz", "/health"} {
		p.must(t, 200, "GET", probe, "")
	}
	p.terminate(t)
	p.ends(t, 0, "Stopped")
	texts := map[string]int{}
	for _, line := range p.lines(t) {
		texts[line["msg"].(string)]++
		switch line["msg"] {
		case "Server running":
			p.wantStart(t, line, admin)
		case "request":
			if line["path"] != "/openapi.json" && line["orderId"] != id {
				t.Errorf("logged %v", line)
			}
		}
	}
	all := p.lines(t)
	if last := all[len(all)-1]["msg"]; texts["Server running"] != 1 || last != "Stopped" {
		t.Errorf("logged %v, %s last", texts, last)
	}
}

// wantStart checks the one line about the start.
func (p *process) wantStart(t *testing.T, line map[string]any, admin int) {
	t.Helper()
	version, _ := line["version"].(string)
	printed := launch(t, "", nil, "--version")
	printed.ends(t, 0, `^dev \(.*go1`)
	if version+"\n" != printed.output.String() {
		t.Errorf("it runs version %q, and --version is %q", version, printed.output)
	}
	for key, want := range map[string]any{
		"roles": "command,query,projector", "writeStore": "memory", "readStore": "memory",
		"feed": "memory", "host": "127.0.0.1", "port": float64(p.port),
		"adminHost": "127.0.0.1", "adminPort": float64(admin),
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
}

func TestTheWiringIsLoggedWhenAskedFor(t *testing.T) {
	debug := start(t, "LOG_LEVEL=debug")
	if strings.Contains(debug.output.String(), "constructor=") {
		t.Error("it is logged at the level debug")
	}
	asked := start(t, "LOG_WIRING=yes")
	if !strings.Contains(asked.output.String(), "constructor=") {
		t.Error("it is not logged")
	}
}
