package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"orders/adapters/http/service"
	"orders/app/relay"
	"orders/ports"
)

// ErrUnconfirmed means that a reset has to be asked for with --yes.
var ErrUnconfirmed = errors.New("nothing was reset: brokers would be told everything again, from " +
	"the first commit on; add --yes to do so")

// relays are those of this process, or of an operator.
type relays []*relay.Relay

func newRelayStatus(all []*relay.Relay) ports.Relays { return relays(all) }

// Status implements ports.Relays.
func (a relays) Status(ctx context.Context) ([]ports.RelayStatus, error) {
	all := make([]ports.RelayStatus, len(a))
	for i, r := range a {
		var err error
		if all[i], err = r.Status(ctx); err != nil {
			return nil, err
		}
		all[i].Broker = strings.TrimPrefix(string(r.Name()), relayPrefix)
	}
	return all, nil
}

// named returns the relays with these names; all without a name.
func (a relays) named(names []string) (relays, error) {
	if len(a) == 0 {
		return nil, errors.New("no broker is told what was committed: set PUBLISH, and what it " +
			"needs, as the processes with the role relay have it")
	}
	if len(names) == 0 {
		return a, nil
	}
	var known []string
	for _, r := range a {
		known = append(known, string(r.Name()))
	}
	var chosen relays
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, fmt.Errorf("there is no subscription %q; PUBLISH names %s", name,
				strings.Join(known, " and "))
		}
		chosen = append(chosen, a[i])
	}
	return chosen, nil
}

// operateRelays calls do for each named relay by itself, without running it.
func (c Config) operateRelays(
	ctx context.Context, p purpose, names []string, do func(context.Context, relays) error,
) error {
	each := func(ctx context.Context, all []*relay.Relay) error {
		chosen, err := relays(all).named(names)
		for i := 0; err == nil && i < len(chosen); i++ {
			err = do(ctx, chosen[i:i+1])
		}
		return err
	}
	return operateOn(ctx, c, p, "subscriptions", each)
}

// SubscriptionStatus writes how far each broker is told, and what is parked. It asks no broker.
func SubscriptionStatus(ctx context.Context, c Config, names []string, out Output) error {
	return c.operateRelays(ctx, watching, names, func(ctx context.Context, r relays) error {
		all, err := r.Status(ctx)
		if err == nil {
			err = out.write(service.ShowRelay(all[0]), spellRelay(all[0]))
		}
		return err
	})
}

func spellRelay(s ports.RelayStatus) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s; %s; %d parked\n", s.Name, spellLeader(s.Leader),
		spellLag(s.Lag), len(s.Parked))
	if s.Failure != (ports.Failure{}) {
		fmt.Fprintf(&text, "    cannot be told since %s: %s\n",
			s.Failure.Since.Format(time.RFC3339), s.Failure.Reason)
	}
	fmt.Fprintf(&text, "    topic %s\n    position %s\n", s.Topic, s.Position)
	return text.String() + spellParked(s.Parked)
}

func spellLeader(leader string) string {
	if leader == "" {
		return "nobody leads"
	}
	return "led by " + leader
}

// RetrySubscriptions tells brokers of the parked orders again, and writes which stay parked. It
// returns ErrParked if any do.
func RetrySubscriptions(ctx context.Context, c Config, names []string, out Output) error {
	left := 0
	err := c.operateRelays(ctx, telling, names, func(ctx context.Context, r relays) error {
		done, err := r[0].Retry(ctx)
		if err != nil {
			return fmt.Errorf("retry %s: %w", r[0].Name(), err)
		}
		left += done.Parked
		all, err := r.Status(ctx)
		if err != nil {
			return err
		}
		return out.writeRetried(string(all[0].Name), "told again", done, all[0].Parked)
	})
	if err == nil && left > 0 {
		err = ErrParked
	}
	return err
}

// A reset is the JSON of a subscription that was reset.
type reset struct {
	Name    string `json:"name"`
	HadTold bool   `json:"reset"` // False if it was at the beginning anyway.
}

// ResetSubscriptions makes brokers be told everything again.
func ResetSubscriptions(
	ctx context.Context, c Config, names []string, confirmed bool, out Output,
) error {
	if !confirmed {
		return ErrUnconfirmed
	}
	return c.operateRelays(ctx, telling, names, func(ctx context.Context, r relays) error {
		hadTold, err := r[0].Reset(ctx)
		if err != nil {
			return err
		}
		text := "everything is told again"
		if !hadTold {
			text = "nothing was told yet"
		}
		name := string(r[0].Name())
		return out.write(reset{name, hadTold}, name+": "+text+"\n")
	})
}
