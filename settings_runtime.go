package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// runtimeSettings are variables that Go's runtime reads before .env is read. Each is set
// here as the runtime would have done, but the runtime ignores some invalid values.
var runtimeSettings = map[string]func(text string) error{
	"GOMEMLIMIT": func(text string) error {
		limit, err := memoryLimit(text)
		if err == nil {
			debug.SetMemoryLimit(limit)
		}
		return err
	},
	"GOGC": func(text string) error {
		percent, err := strconv.ParseInt(text, 10, 32)
		switch {
		case text == "off":
			percent = -1
		case err != nil || percent < 0:
			return fmt.Errorf("%q is neither a percentage such as 100 nor off", text)
		}
		debug.SetGCPercent(int(percent))
		return nil
	},
	"GOMAXPROCS": func(text string) error {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n <= 0 {
			return fmt.Errorf("%q is not a number of processors", text)
		}
		runtime.GOMAXPROCS(int(n))
		return nil
	},
}

// setRuntime sets those of the variables that are the runtime's.
func setRuntime(variables map[string]string) error {
	for name, set := range runtimeSettings {
		text, err := visible(variables[name])
		if err == nil && text != "" {
			err = set(text)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// memoryLimit reads a number of bytes in the units that the runtime knows.
func memoryLimit(text string) (int64, error) {
	if text == "off" {
		return math.MaxInt64, nil
	}
	digits, size := strings.TrimSuffix(text, "B"), int64(1)
	for i, unit := range []string{"Ki", "Mi", "Gi", "Ti"} {
		if before, found := strings.CutSuffix(text, unit+"B"); found {
			digits, size = before, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/size {
		return 0, fmt.Errorf("%q is neither a size such as 150MiB or 2GiB nor off", text)
	}
	return n * size, nil
}
