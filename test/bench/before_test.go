package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/test/bench/machine"
	"orders/test/bench/report"
)

// repository is one with two commits, whose program says which it is.
func repository(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	run := func(args ...string) {
		args = append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)
		if _, err := git(t.Context(), dir, args...); err != nil {
			t.Skipf("it needs git: %v", err)
		}
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("init", "--quiet")
	put("go.mod", "module orders\n\ngo 1.26\n")
	for _, commit := range []string{"first", "second"} {
		put("main.go", "package main\n\nfunc main() { println(\""+commit+"\") }\n")
		run("add", ".")
		run("commit", "--quiet", "-m", commit)
	}
	return dir
}

func TestTheProgramOfAnEarlierCommitIsBuiltOnce(t *testing.T) {
	dir, folder := repository(t), filepath.Join(t.TempDir(), "cache")
	program, err := programAt(t.Context(), dir, "HEAD~1", folder)
	if err != nil {
		t.Fatal(err)
	}
	p, err := machine.Start(machine.Program{File: program, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if !p.Exited(time.Minute) || p.Said() != "first\n" {
		t.Errorf("it says %q", p.Said())
	}
	if trees, err := git(t.Context(), dir, "worktree", "list"); strings.Count(trees, "\n") > 0 {
		t.Errorf("a worktree is left: %s, %v", trees, err)
	}
	if err := os.WriteFile(program, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	hash, _ := git(t.Context(), dir, "rev-parse", "HEAD~1")
	again, err := programAt(t.Context(), dir, hash, folder)
	if text, _ := os.ReadFile(again); again != program || string(text) != "kept" {
		t.Errorf("it was built again, as %s: %v", again, err)
	}
}

func TestACommitThatIsNotThereIsNotBuilt(t *testing.T) {
	folder := t.TempDir()
	if program, err := programAt(t.Context(), repository(t), "--all", folder); err == nil {
		t.Errorf("it built %s", program)
	}
}

func TestTheServiceBeforeTakesTurnsIfItIsAskedFor(t *testing.T) {
	names := func(all []contender) (names []string) {
		for _, c := range all {
			names = append(names, c.name)
		}
		return names
	}
	p := plan{Contenders: []string{report.Ours, report.OursBefore, report.TwoInserts}}
	if got := names(p.turns(0)); !slices.Equal(got, []string{report.Ours, report.TwoInserts}) {
		t.Errorf("unasked, these take turns: %q", got)
	}
	p.Before = "HEAD~1"
	if got := names(p.turns(2)); !slices.Equal(got, p.Contenders) {
		t.Errorf("asked for, these do: %q", got)
	}
	slices.Reverse(p.Contenders)
	if got := names(p.turns(1)); !slices.Equal(got, p.Contenders) {
		t.Errorf("in the second round, these do: %q", got)
	}
	b := bench{before: "then", service: "now"}
	for _, c := range p.turns(0) {
		file := b.program(c, 1, "uri", "uri").File
		if c.before != (file == "then") || (c.name == report.Ours) != (file == "now") {
			t.Errorf("%s is %q", c.name, file)
		}
	}
}

// A commit has the collections and indexes that its own program makes.
func TestTheServiceBeforeMigratesItsDatabase(t *testing.T) {
	client, err := driver.Connect(t.Context(), options.Client().ApplyURI("mongodb://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b := bench{
		before: filepath.Join(dir, "before"), dir: dir,
		db: &database{uri: "mongodb://127.0.0.1:1/%s?", client: client},
	}
	const script = "#!/bin/sh\necho $@ $MONGODB_URI >told\n"
	if err := os.WriteFile(b.before, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := b.freshFor(t.Context(), contender{before: true})
	if err != nil {
		t.Fatal(err)
	}
	told, _ := os.ReadFile(filepath.Join(dir, "told"))
	if want := "migrate up " + db.uri + "\n"; string(told) != want {
		t.Errorf("it was told %q, not %q", told, want)
	}
}

func TestAPlanNamesContendersThatThereAre(t *testing.T) {
	for line, want := range map[string]string{
		"--contenders=ours;ours, respond-async": "",
		"--contenders=ours;three inserts":       `"three inserts"`,
		"--contenders=ours before":              "needs --before",
		"--contenders=ours before|--before=x":   "",
	} {
		var c cli
		parser, err := parserOf(t.Context(), &c)
		if err != nil {
			t.Fatal(err)
		}
		_, err = parser.Parse(strings.Split(line, "|"))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
