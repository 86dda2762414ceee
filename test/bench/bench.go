package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"orders/test/bench/machine"
	"orders/test/bench/report"
)

// A bench is one run of the benchmark.
type bench struct {
	plan
	dir     string // Removed at the end.
	service string // The built program.
	blind   string // That without metrics, if it is asked for.
	spans   *sink  // Nil unless some are sent.
	before  string // That of an earlier commit, if one is asked for.
	self    string // This program, for the peers.
	db      *database
	tell    *progress
	results report.Results
}

// measure does all parts and writes the results.
func (p plan) measure(ctx context.Context) error {
	b := &bench{plan: p, tell: newProgress(os.Stderr, p.steps())}
	defer b.close()
	if err := b.open(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		do   func(context.Context) error
	}{
		{partStart, b.starts},
		{partWrite, b.writes},
		{partRead, b.reads},
		{partRebuild, b.rebuilds},
		{partGrowth, b.growth},
		{partWatchers, b.watchers},
		{partProcesses, b.processes},
		{partBrokers, b.brokers},
		{partEndurance, b.endurance},
	} {
		if !p.wants(part.name) {
			continue
		}
		if err := part.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	b.tell.end()
	return b.write()
}

// write gives the results to whoever wants them.
func (b *bench) write() error {
	text, err := b.results.Markdown()
	if err != nil {
		return err
	}
	fmt.Println(text)
	if b.JSON != "" {
		err = b.results.WriteJSON(b.JSON)
	}
	if b.Write != "" {
		err = errors.Join(err, b.results.WriteDocument(b.Write))
	}
	return err
}

func (b *bench) open(ctx context.Context) (err error) {
	b.tell.step("building the service and starting MongoDB")
	if b.dir, err = os.MkdirTemp("", "orders-bench-"); err != nil {
		return err
	}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	b.service = filepath.Join(b.dir, "orders")
	if _, err := output(ctx, ".", "go", "build", "-o", b.service, "orders"); err != nil {
		return fmt.Errorf("build the service: %w", err)
	}
	if err := b.buildBlind(ctx); err != nil {
		return err
	}
	if err := b.openSink(ctx); err != nil {
		return err
	}
	if b.db, err = openDatabase(ctx, b.MongoDBURI, filepath.Join(b.dir, "mongod")); err != nil {
		return err
	}
	if b.before, err = b.buildBefore(ctx); err != nil {
		return err
	}
	b.results.Setup = report.Setup{
		Seconds: b.Seconds, Rounds: b.Rounds, Connections: b.Connections, Orders: b.Orders,
	}
	b.results.Machine = b.machine(ctx)
	return nil
}

// close ends the processes and removes the files of a run.
func (b *bench) close() {
	b.tell.end()
	if b.db != nil {
		b.db.close()
	}
	b.spans.close()
	if b.dir != "" {
		_ = os.RemoveAll(b.dir) // In a folder for what is temporary.
	}
}

func (b *bench) machine(ctx context.Context) report.Machine {
	m := report.Machine{
		Cores: runtime.NumCPU(), Go: runtime.Version(), MongoDB: b.db.version,
		Commit: "unknown", Date: time.Now().UTC().Format(time.DateOnly),
	}
	m.CPU, m.Memory, m.Kernel = machine.Describe()
	if commit, err := git(ctx, ".", "describe", "--always", "--dirty"); err == nil {
		m.Commit = commit
	}
	if b.Before != "" {
		m.Before, _ = git(ctx, ".", "rev-parse", "--short", b.Before) // It was built.
	}
	return m
}

// steps is how many there will be, for the progress.
func (p plan) steps() int {
	n, rounds := 1+p.scaleSteps()+p.brokerSteps(), p.Rounds
	if p.wants(partStart) {
		n += 2 * rounds
	}
	if p.wants(partWrite) {
		n += rounds * len(p.wanted()) * (len(p.Connections) + 1)
	}
	if p.wants(partRead) {
		n += len(p.Orders) * (1 + rounds*len(questions)*2)
	}
	if p.wants(partRebuild) {
		n += (1 + rounds) * len(p.rebuilt())
	}
	return n
}
