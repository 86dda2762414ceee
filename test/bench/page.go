package main

import (
	"fmt"

	"orders/test/bench/report"
)

// A page shows what runs measured that were done apart, such as a long part in a night.
type page struct {
	Results []string `arg:"" type:"existingfile" help:"What runs wrote with --json. The first one with a part counts for it."`
	Write   string   `type:"path" placeholder:"FILE" help:"Put the results into this document instead of printing them."`
}

func (p page) Run() error {
	all, err := report.ReadJSON(p.Results[0])
	if err != nil {
		return err
	}
	for _, file := range p.Results[1:] {
		r, err := report.ReadJSON(file)
		if err != nil {
			return err
		}
		if all, err = all.Join(r); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if p.Write != "" {
		return all.WriteDocument(p.Write)
	}
	text, err := all.Markdown()
	fmt.Println(text)
	return err
}
