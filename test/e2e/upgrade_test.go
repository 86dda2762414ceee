package e2e_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orders/test/mongotest"
	"orders/test/release"
)

// unclear is the release that answers 500 for an order which it cannot read. Those after it have a
// code for that.
const unclear = "0.1.0"

// The last release and this program serve side by side on one database, while customers send
// commands, again and again, to both.
func TestAnUpgradeFromTheLastRelease(t *testing.T) {
	t.Parallel()
	skipShort(t)
	old, version := release.Last(t)
	u := newUpgrade(t, old, thisProgram(t))
	if version == unclear {
		u.forgives()
		u.goes(t, "old old, new old, new new, old new, new new")
		u.operates(t, u.new, "projection", "rebuild", "orders")
		u.operates(t, u.new, "projection", "rebuild", "summary")
	} else {
		u.goes(t, "old old, new old, new new, old new, old old, new old, new new")
	}
	u.isRight(t)
	u.operates(t, u.old, "migrate", "version")
}

// This program serves beside one that stores an event in a form that this one does not know, and
// has one more index.
func TestAnUpgradeToTheNextRelease(t *testing.T) {
	t.Parallel()
	u := newUpgrade(t, thisProgram(t), release.Next(t))
	u.goes(t, "old old, new old, new new, old new, old old, new old, new new")
	u.isRight(t)
	if u.refused.Load() == 0 {
		t.Error("the old program met nothing that it cannot read")
	}
	u.cannotGoDown(t)
}

// Readers come before writers, and the last to read go back last.
func TestAnUpgradeRoleByRole(t *testing.T) {
	t.Parallel()
	u := newUpgrade(t, thisProgram(t), release.Next(t))
	u.inRoles("query", "projector", "relay", "command", "command")
	u.publishes(t)
	u.operates(t, u.new, "migrate", "up")
	u.goes(t, "old old old old old, new old old old old, new new old old old, "+
		"new new new old old, new new new new old, new new new new new, new new new new old, "+
		"new new new old old, new new old old old, new old old old old, old old old old old, "+
		"new old old old old, new new new new new")
	u.isRight(t)
	u.hasPublished(t)
}

func thisProgram(t *testing.T) string {
	t.Helper()
	skipShort(t)
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// An upgrade is some processes, each of which may be of the old or of the new program.
type upgrade struct {
	old, new  string
	env       []string
	roles     []string // By process; empty where each has all.
	brokers   []string // That are published to, if any.
	running   []*process
	all       []*process // Also those that were replaced.
	services  []*served  // By process.
	customers *customers
	holders   *holders
	refused   atomic.Int64 // How often an order could not be read.
	changed   int          // How many processes were replaced.
	keys      atomic.Int64
}

// served is a place where processes serve one after the other.
type served struct {
	client
	now atomic.Pointer[client]
}

func newUpgrade(t *testing.T, from, to string) *upgrade {
	t.Helper()
	u := &upgrade{old: from, new: to, env: []string{
		"MONGODB_URI=" + mongotest.URI(t),
	}}
	u.inRoles("", "")
	return u
}

// inRoles makes as many places for processes as there are roles.
func (u *upgrade) inRoles(roles ...string) {
	u.roles, u.services, u.running = roles, nil, make([]*process, len(roles))
	u.customers, u.holders = newCustomers(), &holders{upgrade: u, last: map[string]int{}}
	for range roles {
		s := &served{client: newClient("")}
		s.document = func() (*document, error) { return s.now.Load().document() }
		u.services = append(u.services, s)
	}
}

// serves lets processes of these programs serve, one word for each, such as "old new". Those that
// are to be another one are replaced, and every other one of them is killed.
func (u *upgrade) serves(t *testing.T, programs string) {
	t.Helper()
	for n, program := range strings.Fields(programs) {
		file := map[string]string{"old": u.old, "new": u.new}[program]
		if p := u.running[n]; p != nil && p.cmd.Path == file {
			continue
		}
		u.replace(t, n, file)
	}
}

func (u *upgrade) replace(t *testing.T, n int, file string) {
	t.Helper()
	var port int
	if p := u.running[n]; p == nil {
		port = freePort(t)
	} else if port, u.changed = p.port, u.changed+1; u.changed%2 == 0 {
		p.kill()
	} else {
		p.terminate(t)
		p.ends(t, 0, "")
	}
	env := append([]string{"PORT=" + strconv.Itoa(port), "ROLES=" + u.roles[n]}, u.env...)
	p := launchFile(t, file, nil, "", env)
	u.running[n], u.all = p, append(u.all, p)
	p.answers(t, port)
	s := u.services[n]
	s.base = p.base
	s.now.Store(&p.client)
}

// goes lets customers come, replaces processes again and again, and sees customers off.
func (u *upgrade) goes(t *testing.T, stages string) {
	t.Helper()
	all := strings.Split(stages, ", ")
	u.serves(t, all[0])
	for n, role := range u.roles {
		if role == "" || role == "command" {
			u.customers.services = append(u.customers.services, u.services[n].client)
		}
		if role == "query" {
			u.customers.queries = append(u.customers.queries, u.services[n].client)
		}
	}
	u.customers.come(1)
	defer u.customers.leave()
	leave := u.holders.come()
	dice := rand.New(rand.NewPCG(1, 1))
	for _, stage := range all[1:] {
		pause(dice, 300*time.Millisecond, 600*time.Millisecond)
		u.serves(t, stage)
		u.understands(t)
		if t.Failed() {
			break
		}
	}
	leave()
	u.customers.leave()
	t.Logf("%s; %d times an order could not be read", u.customers, u.refused.Load())
}

// isRight compares what is there in the end with what everybody was told, and wants the new
// program to find every view right.
func (u *upgrade) isRight(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; {
		<-u.launch(t, u.new, "projection", "retry").exited // Sooner than the projector does.
		p := u.launch(t, u.new, "projection", "verify")
		<-p.exited
		if p.cmd.ProcessState.Success() {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the read models are wrong: %s", p.output)
		}
	}
	u.customers.check(t, u.uri())
	u.holders.check(t)
	u.failed(t)
}

func (u *upgrade) uri() string { return strings.TrimPrefix(u.env[0], "MONGODB_URI=") }

// operates runs a command of a program to its end, which must be well.
func (u *upgrade) operates(t *testing.T, file string, args ...string) string {
	t.Helper()
	p := u.launch(t, file, args...)
	<-p.exited
	if !p.cmd.ProcessState.Success() {
		t.Fatalf("%v: %s", args, p.output)
	}
	return p.output.String()
}

func (u *upgrade) launch(t *testing.T, file string, args ...string) *process {
	t.Helper()
	return launchFile(t, file, nil, "", append(slices.Clip(u.env), "LOG_LEVEL=error"), args...)
}
