package report

import "slices"

// A pair is a contender and the peer that does what it does.
type pair struct{ contender, peer string }

func (p pair) String() string { return p.contender + " : " + p.peer }

var pairs = []pair{
	{Ours, OursBefore},
	{Ours, OursBlind},
	{OursTraced, Ours},
	{Ours, TwoInserts},
	{Ours, Transaction},
	{Ours, BatchedView},
	{OursAsync, OneInsert},
	{OursAsync, Batched},
	{OursAsync, BatchedAll},
	{OursOnMemory, Bare},
}

// ratios are those of two contenders, one of each round. The two were measured within minutes of
// each other then, so that a ratio leaves out what else the machine did in that round.
type ratios []float64

// paired divides the figures of each round. It leaves out a round in which one of the two is 0,
// since that does not apply.
func paired(a, b []Figures, of figure) (all ratios) {
	for i := range min(len(a), len(b)) {
		if r := ratio(*of(&a[i]), *of(&b[i])); r > 0 {
			all = append(all, r)
		}
	}
	return all
}

// measure says what came of a target; there must be a ratio.
func (r ratios) measure(t Target) Target {
	t.Measured, t.Lowest, t.Highest = Median(r), slices.Min(r), slices.Max(r)
	return t
}

func (r ratios) spread() string {
	if len(r) == 0 {
		return ""
	}
	return spread(slices.Min(r), slices.Max(r))
}

// spread shows the lowest and the highest; nothing if there is none.
func spread(lowest, highest float64) string {
	if highest == 0 {
		return ""
	}
	return number(lowest) + " to " + number(highest)
}

// ratioTable sets each contender of ours in relation to its peers.
func (r Results) ratioTable() string {
	t := table{header: append([]string{"ratio", "load", "rounds, orders/s"}, titles()...)}
	for _, p := range pairs {
		for _, load := range r.loads() {
			a, b := r.write(p.contender, load), r.write(p.peer, load)
			if len(a) > 0 && len(b) > 0 {
				t.add(append([]string{p.String(), LoadName(load), paired(a, b, rate).spread()},
					middles(a, b)...)...)
			}
		}
	}
	return t.String()
}

func middles(a, b []Figures) (cells []string) {
	for _, c := range columns {
		cells = append(cells, number(Median(paired(a, b, c.of))))
	}
	return cells
}
