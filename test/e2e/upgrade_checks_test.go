package e2e_test

import (
	"regexp"
	"strings"
	"testing"
)

// cannotGoDown wants the old program to leave alone what the new one migrated.
func (u *upgrade) cannotGoDown(t *testing.T) {
	t.Helper()
	for _, p := range u.running {
		p.kill()
	}
	u.operates(t, u.old, "migrate", "up")
	p := launchFile(t, u.old, nil, "", u.env, "migrate", "down")
	p.ends(t, 1, "version 99 is a newer program's")
	all := regexp.MustCompile(`(?s)order_writes 1 .*order_reads 99 .*customer_orders 1 `)
	if said := u.operates(t, u.old, "migrate", "version"); !all.MatchString(said) {
		t.Errorf("it went some of the way down: %s", said)
	}
	u.operates(t, u.new, "migrate", "down")
	u.operates(t, u.old, "migrate", "up")
}

// forgives makes an answer of 500 count as none, as the old program gives it for an order with an
// event that it does not know.
func (u *upgrade) forgives() {
	u.customers.excuses = func(a answer) bool {
		return a.status == 500 && a.json["code"] == "internal"
	}
	u.customers.unlike = []string{"allowedCommands"}
}

// failed wants no process to have answered 500, or for no other reason than that.
func (u *upgrade) failed(t *testing.T) {
	t.Helper()
	for _, p := range u.all {
		for line := range strings.Lines(p.output.String()) {
			forgiven := p.cmd.Path == u.old && u.customers.excuses != nil &&
				strings.Contains(line, "it is stored in an unknown form")
			if strings.Contains(line, "status=500") && !forgiven {
				t.Errorf("a process says: %s", line)
			}
		}
	}
}
