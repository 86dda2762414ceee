package profile

import (
	nethttp "net/http"
	"net/http/pprof" //nolint:gosec // Nobody serves net/http's own mux, to which it adds itself.
	"runtime"
)

// A kind is a profile by its name, as the tools know it.
type kind struct {
	name, tells string
	take        nethttp.Handler
	secondsMax  int        // For how long it may be taken.
	always      bool       // It also shows this moment, or all the time until now.
	count       func(bool) // Begins and ends to count what it shows; nil if Go always does.
}

// kinds are all profiles. The command line is not among them, as a flag may hold a password.
var kinds = []kind{
	{
		name: "profile", tells: "processor time",
		take: nethttp.HandlerFunc(pprof.Profile), secondsMax: 60,
	},
	{
		name: "trace", tells: "what each goroutine did and waited for, for go tool trace",
		take: nethttp.HandlerFunc(pprof.Trace), secondsMax: 5, // It is large.
	},
	of("heap", "memory in use"),
	of("allocs", "memory allocated since the start"),
	of("goroutine", "what each goroutine does; ?debug=2 is a text"),
	of("threadcreate", "what made the threads of the system"),
	counted("mutex", "what held mutexes that others waited for", func(on bool) {
		runtime.SetMutexProfileFraction(either(on, 10)) // One wait in ten.
	}),
	counted("block", "what waited for mutexes and channels", func(on bool) {
		runtime.SetBlockProfileRate(either(on, 10_000)) // One for each 10 us of waiting.
	}),
}

// of is a profile that Go has ready at any time.
func of(name, tells string) kind {
	return kind{
		name: name, tells: tells, take: pprof.Handler(name), secondsMax: 60, always: true,
	}
}

// counted is a profile that costs nothing until somebody asks for it.
func counted(name, tells string, count func(bool)) kind {
	return kind{name: name, tells: tells, take: pprof.Handler(name), secondsMax: 60, count: count}
}

func either(on bool, rate int) int {
	if on {
		return rate
	}
	return 0
}
