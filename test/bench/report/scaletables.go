package report

import "strconv"

func (r Results) historyTable() string {
	t := table{header: []string{
		"commits of the order", "its past is", "commands/s", "p50 ms", "p99 ms", "CPU s/1000",
		"mongod CPU s/1000", "CPU of both to that of the fewest",
	}}
	for _, h := range r.Histories {
		f, is := Medians(h.Rounds), "cold"
		if h.Warm {
			is = "warm"
		}
		fewest := r.history(r.commits()[0], h.Warm)
		t.add(strconv.Itoa(h.Commits), is, number(f.Rate), number(f.P50), number(f.P99),
			number(f.CPU), number(f.MongoCPU),
			number(Median(paired(h.Rounds, fewest, allCPU))))
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
	{"CPU ms/s per watcher", func(f *WatchFigures) *float64 { return &f.PerWatcher }},
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
			row = append(row, signed(*c.of(&m)))
		}
		t.add(row...)
	}
	return t.String()
}

func (r Results) processTable() string {
	t := table{header: []string{
		"command processes", "orders/s", "p50 ms", "p99 ms", "CPU s/1000", "mongod CPU s/1000",
		"orders/s to those of one",
	}}
	for _, p := range r.Processes {
		f, name := Medians(p.Rounds), strconv.Itoa(p.Processes)
		var one []Figures
		if p.Async {
			name += ", respond-async"
		}
		for _, other := range r.Processes {
			if other.Processes == 1 && other.Async == p.Async {
				one = other.Rounds
			}
		}
		t.add(name, number(f.Rate), number(f.P50), number(f.P99), number(f.CPU),
			number(f.MongoCPU), number(Median(paired(p.Rounds, one, rate))))
	}
	return t.String()
}
