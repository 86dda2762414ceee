package report

import (
	"strconv"
)

func (r Results) historyTable() string {
	t := table{header: []string{
		"commits of the order", "its past is", "commands/s", "p50 ms", "p99 ms", "CPU s/1000",
		"mongod CPU s/1000", "CPU of both to that of the fewest",
	}}
	for _, h := range r.Histories {
		f := Medians(h.Rounds)
		is, fewest := "cold", h
		if h.Warm {
			is = "warm"
		}
		for _, other := range r.Histories {
			if other.Warm == h.Warm && other.Commits < fewest.Commits {
				fewest = other
			}
		}
		least := Medians(fewest.Rounds)
		t.add(strconv.Itoa(h.Commits), is, number(f.Rate), number(f.P50), number(f.P99),
			number(f.CPU), number(f.MongoCPU),
			number(ratio(f.CPU+f.MongoCPU, least.CPU+least.MongoCPU)))
	}
	return t.String()
}

// watchColumns show the figures of watchers.
var watchColumns = []struct {
	title string
	of    func(*WatchFigures) *float64
}{
	{"orders/s", func(f *WatchFigures) *float64 { return &f.Rate }},
	{"command p99 ms", func(f *WatchFigures) *float64 { return &f.P99 }},
	{"events/s", func(f *WatchFigures) *float64 { return &f.Events }},
	{"lag p50 ms", func(f *WatchFigures) *float64 { return &f.LagP50 }},
	{"lag p99 ms", func(f *WatchFigures) *float64 { return &f.LagP99 }},
	{"service CPU", func(f *WatchFigures) *float64 { return &f.Service }},
	{"mongod CPU", func(f *WatchFigures) *float64 { return &f.Mongod }},
	{"load CPU", func(f *WatchFigures) *float64 { return &f.Load }},
	{"CPU per watcher", func(f *WatchFigures) *float64 { return &f.Watcher }},
	{"CPU us/event", func(f *WatchFigures) *float64 { return &f.PerEvent }},
	{"streams ended", func(f *WatchFigures) *float64 { return &f.Ended }},
	{"events lost", func(f *WatchFigures) *float64 { return &f.Lost }},
}

func watchMedians(rounds []WatchFigures) (m WatchFigures) {
	for _, c := range watchColumns {
		var values []float64
		for _, f := range rounds {
			values = append(values, *c.of(&f))
		}
		*c.of(&m) = Median(values)
	}
	return m
}

func (r Results) watchTable() string {
	t := table{header: []string{"watchers"}}
	for _, c := range watchColumns {
		t.header = append(t.header, c.title)
	}
	for _, w := range r.Watches {
		row, m := []string{strconv.Itoa(w.Watchers)}, watchMedians(w.Rounds)
		for _, c := range watchColumns {
			row = append(row, number(*c.of(&m)))
		}
		t.add(row...)
	}
	return t.String()
}

func (r Results) enduranceTable() string {
	t := table{header: []string{
		"minutes", "orders/s", "p99 ms", "lag p99 ms", "of", "first third", "last third",
		"slope per hour", "",
	}}
	for _, e := range r.Endurances {
		for _, u := range uses {
			trend, flat := trendOf(e.Samples, u), "grows"
			if trend.flat {
				flat = "flat"
			}
			if u.free {
				flat = ""
			}
			t.add(number(e.Minutes), number(e.Rate), number(e.P99), number(e.LagP99), u.name,
				number(trend.first), number(trend.last), signed(trend.slope), flat)
		}
	}
	return t.String()
}

// signed is number for what may be negative.
func signed(x float64) string {
	if x < 0 {
		return "-" + number(-x)
	}
	return number(x)
}

func (r Results) processTable() string {
	t := table{header: []string{
		"command processes", "orders/s", "p50 ms", "p99 ms", "CPU s/1000", "mongod CPU s/1000",
		"orders/s to those of one",
	}}
	for _, p := range r.Processes {
		f, name, one := Medians(p.Rounds), strconv.Itoa(p.Processes), 0.0
		if p.Async {
			name += ", respond-async"
		}
		for _, other := range r.Processes {
			if other.Processes == 1 && other.Async == p.Async {
				one = Medians(other.Rounds).Rate
			}
		}
		t.add(name, number(f.Rate), number(f.P50), number(f.P99), number(f.CPU),
			number(f.MongoCPU), number(ratio(f.Rate, one)))
	}
	return t.String()
}
