package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"orders/test/bench/machine"
)

// buildBefore returns the program of the commit that is asked for, if one is.
func (b *bench) buildBefore(ctx context.Context) (program string, err error) {
	if b.Before == "" {
		return "", nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	program, err = programAt(ctx, ".", b.Before, filepath.Join(cache, "orders-bench"))
	if err != nil {
		return "", fmt.Errorf("build the service of %s: %w", b.Before, err)
	}
	return program, nil
}

// programAt returns the program that the repository had at a commit. It is built once by each
// version of Go, and kept in the folder.
func programAt(ctx context.Context, repository, commit, folder string) (program string, err error) {
	hash, err := git(ctx, repository, "rev-parse", "--verify", "--end-of-options",
		commit+"^{commit}")
	if err != nil {
		return "", err
	}
	program = filepath.Join(folder, hash+"-"+runtime.Version())
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	return program, buildAt(ctx, repository, hash, program)
}

// buildAt builds in a worktree of its own, which it removes.
func buildAt(ctx context.Context, repository, hash, program string) (err error) {
	dir, err := os.MkdirTemp("", "orders-before-")
	if err != nil {
		return err
	}
	tree := filepath.Join(dir, "orders")
	defer func() {
		_, removed := git(context.WithoutCancel(ctx), repository,
			"worktree", "remove", "--force", tree)
		err = errors.Join(err, removed, os.RemoveAll(dir))
	}()
	if _, err := git(ctx, repository, "worktree", "add", "--detach", tree, hash); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(program), 0o700); err != nil {
		return err
	}
	built := fmt.Sprintf("%s.%d", program, os.Getpid()) // Nobody sees half a program.
	if _, err := output(ctx, tree, "go", "build", "-o", built, "."); err != nil {
		return err
	}
	return os.Rename(built, program)
}

func git(ctx context.Context, repository string, args ...string) (string, error) {
	return output(ctx, repository, "git", args...)
}

// output runs a program in a folder and returns what it writes; its error quotes what it said.
func output(ctx context.Context, dir, program string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = dir
	out, err := c.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%s %s: %w: %s", program, args[0], err, failed.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// serviceOf returns the program that runs the contender, which is no peer.
func (b *bench) serviceOf(c contender) string {
	switch {
	case c.before:
		return b.before
	case c.blind:
		return b.blind
	}
	return b.service
}

// freshFor makes a database with the collections and indexes that the contender knows.
func (b *bench) freshFor(ctx context.Context, c contender) (*fresh, error) {
	if !c.before {
		return b.db.fresh(ctx)
	}
	f := b.db.unmigrated()
	_, _, err := machine.Run(ctx, machine.Program{
		File: b.before, Args: []string{"migrate", "up"}, Dir: b.dir,
		Env: []string{"MONGODB_URI=" + f.uri, "LOG_LEVEL=warn"},
	})
	return f, err
}
