package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/test/mongotest"
)

// Six processes on two databases: whoever a client asks, it reads what it wrote, and the death of
// the leading projector delays that by seconds only.
func TestTwoOfEachRoleOnTwoDatabases(t *testing.T) {
	skipShort(t)
	writes, reads := mongotest.Start(t), mongotest.Start(t)
	env := []string{
		"MONGODB_URI=" + writes.URI("writes"), "MONGODB_READ_URI=" + reads.URI("reads"),
	}
	two := func(role string) [2]*process {
		with := append([]string{"ROLES=" + role}, env...)
		return [2]*process{start(t, with...), start(t, with...)}
	}
	projectors, commands, queries := two("projector"), two("command"), two("query")
	orders := gather(commands[0].client, commands[1].client)
	time.Sleep(2 * time.Second)

	leader, other := leading(t, projectors)
	leader.kill()
	died := time.Now()
	readsItsWrite(t, commands[0], queries[1])
	took := time.Since(died)
	eventually(t, "the other projector says that it leads", func() bool {
		return strings.Contains(other.output.String(), "This process leads")
	})
	time.Sleep(time.Second)
	orders.dismiss(t)
	right := settles(t, env...)
	t.Logf("taken over after %v; %d orders, right after %v", took, len(orders.ids), right)
	orders.sees(t, queries[0].client)
	orders.sees(t, queries[1].client)
}

// leading waits until one of two projectors keeps both read models, and tells it from the other.
func leading(t *testing.T, all [2]*process) (leader, other *process) {
	t.Helper()
	eventually(t, "somebody leads", func() bool {
		for i, p := range all {
			if strings.Contains(p.output.String(), "This process leads") {
				leader, other = p, all[1-i]
				return true
			}
		}
		return false
	})
	return leader, other
}

// readsItsWrite writes at one process and reads at another, until the version is there.
func readsItsWrite(t *testing.T, writer, reader *process) {
	t.Helper()
	made := writer.create(t)
	version := strings.Trim(made.header.Get("ETag"), `"`)
	path := fmt.Sprintf("/queries/orders/%s?minVersion=%s", made.id(), version)
	for until := time.Now().Add(patience); time.Now().Before(until); {
		a, err := reader.send(t.Context(), "GET", path, "")
		switch {
		case err != nil:
			t.Fatal(err)
		case a.status == 200:
			return
		case !a.lags() ||
			a.header.Get("Retry-After") == "":
			t.Fatalf("status %d: %v", a.status, a.json)
		}
	}
	t.Fatal("its write was never shown")
}

// Each write is read at once at another process with its ETag as the token.
func TestReadYourWritesAcrossProcesses(t *testing.T) {
	skipShort(t)
	env := "MONGODB_URI=" + mongotest.URI(t)
	writer, reader := start(t, env, "ROLES=command,projector"), start(t, env, "ROLES=query")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 25 {
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				made, err := writer.send(ctx, "POST", "/commands/orders", body,
					"Prefer: respond-async")
				if err == nil {
					path := "/queries/orders/" + made.id() + "?minVersion=" +
						strings.Trim(made.header.Get("ETag"), `"`)
					made, err = reader.send(ctx, "GET", path, "")
					for err == nil && made.lags() { // A busy machine takes longer.
						made, err = reader.send(ctx, "GET", path, "")
					}
				}
				if cancel(); err != nil || made.status != 200 {
					t.Errorf("status %d: %v, %v", made.status, made.json, err)
				}
			}
		})
	}
	all.Wait()
}

func TestAProcessServesItsRolesOnly(t *testing.T) {
	skipShort(t)
	env := "MONGODB_URI=" + mongotest.URI(t)
	commands, queries := start(t, env, "ROLES=command"), start(t, env, "ROLES=query")
	made := commands.create(t) // Nobody projects: it answers all the same.
	commands.must(t, 404, "GET", "/queries/orders/"+made.id(), "")
	queries.must(t, 404, "POST", "/commands/orders", body)
	queries.must(t, 404, "GET", "/queries/orders/"+made.id(), "")
	lagging := queries.must(t, 503, "GET", "/queries/orders/"+made.id()+"?minVersion=1", "")
	lagging.want(t, `"projection-lagging"`, "code")
	for _, p := range []*process{commands, queries} {
		p.must(t, 200, "GET", "/health", "").want(t, `true`, "ok")
		p.isReady(t)
	}
	board := queries.must(t, 200, "GET", "/admin/projections", "")
	board.want(t, `false`, "projections", "0", "caughtUp")
	board.want(t, `1`, "projections", "0", "lag", "commits")
}

func TestMemoryRefusesWhatItCannotDo(t *testing.T) {
	skipShort(t)
	for _, tt := range []struct {
		env  []string
		args []string
		line string
	}{
		{[]string{"ROLES=query"}, nil, `^orders: ROLES can only be split .*\n$`},
		{
			nil, []string{"projection", "rebuild", "orders"},
			`^orders: only read models in MongoDB .*\n$`,
		},
		{nil, []string{"projection", "status"}, `^orders: only read models in MongoDB .*\n$`},
	} {
		p := launch(t, "", append(tt.env, "LOG_LEVEL=error", "PORT=0"), tt.args...)
		p.ends(t, 1, tt.line)
	}
}
