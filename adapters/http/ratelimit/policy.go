package ratelimit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// A Policy bounds how often one caller may ask: Quota times in each Window on average, and at most
// Burst times at once. The zero Policy bounds nothing.
type Policy struct {
	Quota  int
	Window time.Duration
	Burst  int
}

// Policies are the Policy of each Kind of request. A flag writes them as 20/s, which is for each
// kind, as commands=20/s,queries=600/m:50, or as off.
type Policies [kinds]Policy

// A Kind is of requests that are counted together.
type Kind int

// The kinds.
const (
	Commands Kind = iota
	Queries
	kinds
)

func (k Kind) String() string { return [...]string{"commands", "queries"}[k] }

// countMax is the largest quota and burst.
const countMax = 1_000_000

// off is the text of policies that bound nothing.
const off = "off"

var windows = []struct {
	name string
	long time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}}

var errForm = errors.New("must be a rate such as 20/s, 600/m or 600/m:50 (with a burst), for " +
	"commands and queries each, or commands=20/s,queries=100/s for each its own, or off; " +
	"numbers are from 1 to " + strconv.Itoa(countMax))

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Policies) UnmarshalText(text []byte) error {
	spelled := strings.ToLower(strings.TrimSpace(string(text)))
	if spelled == off {
		*p = Policies{}
		return nil
	}
	if !strings.Contains(spelled, "=") {
		each, err := policyOf(spelled)
		*p = Policies{each, each}
		return err
	}
	var named Policies
	for part := range strings.SplitSeq(spelled, ",") {
		name, of, _ := strings.Cut(part, "=")
		kind, known := kindNamed(strings.TrimSpace(name))
		policy, err := policyOf(of)
		if err != nil || !known || named[kind] != (Policy{}) {
			return errForm
		}
		named[kind] = policy
	}
	*p = named
	return nil
}

func kindNamed(name string) (k Kind, known bool) {
	for k := range kinds {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}

// policyOf reads a rate with or without a burst. Without one, a whole quota may come at once.
func policyOf(text string) (p Policy, err error) {
	each, burst, hasBurst := strings.Cut(text, ":")
	quota, window, _ := strings.Cut(each, "/")
	if p.Quota, err = count(quota); err != nil {
		return p, err
	}
	p.Burst = p.Quota
	if hasBurst {
		if p.Burst, err = count(burst); err != nil {
			return p, err
		}
	}
	for _, w := range windows {
		if strings.TrimSpace(window) == w.name {
			p.Window = w.long
			return p, nil
		}
	}
	return p, errForm
}

func count(digits string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(digits))
	if err != nil || n < 1 || n > countMax {
		return 0, errForm
	}
	return n, nil
}

// String writes p as a flag does.
func (p Policies) String() string {
	var parts []string
	for k := range kinds {
		if p[k] != (Policy{}) {
			parts = append(parts, k.String()+"="+p[k].String())
		}
	}
	if len(parts) == 0 {
		return off
	}
	return strings.Join(parts, ",")
}

func (p Policy) String() string {
	for _, w := range windows {
		if p.Window == w.long {
			return fmt.Sprintf("%d/%s:%d", p.Quota, w.name, p.Burst)
		}
	}
	return off
}

// rate returns the tokens that a bucket gets in a second.
func (p Policy) rate() rate.Limit { return rate.Limit(float64(p.Quota) / p.Window.Seconds()) }

// advertised is the value of the header RateLimit-Policy: a quota for a window of whole seconds, in
// which a burst fits.
func (p Policy) advertised(k Kind) string {
	each := int(p.Window / time.Second)
	seconds := (p.Burst*each + p.Quota - 1) / p.Quota
	return fmt.Sprintf("%q;q=%d;w=%d", k.String(), p.Quota*seconds/each, seconds)
}
