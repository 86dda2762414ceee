package service

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/adapters/http/service"
	"orders/app/projection"
)

// newEncoder returns an encoder that writes each value in a line. Stored ids may hold anything.
func newEncoder(out io.Writer) *jsontext.Encoder {
	return jsontext.NewEncoder(out, jsontext.AllowInvalidUTF8(true))
}

// A retried is the JSON of a read model or a subscription whose parked orders were tried again.
type retried struct {
	Name        string                `json:"name"`
	Released    int                   `json:"released"`
	StayParked  int                   `json:"stayParked"`
	FirstParked []service.ParkedOrder `json:"parked"` // At most a hundred.
}

// A finding is the JSON of a projection.Finding.
type finding struct {
	OrderID     string       `json:"orderId"`
	Flaw        string       `json:"flaw"`
	Seen        int          `json:"seenVersion,omitzero"`
	Version     int          `json:"version,omitzero"`
	Reason      string       `json:"reason,omitzero"`
	Repaired    bool         `json:"repaired"`
	Differences []difference `json:"differences"`
}

type difference struct {
	Field    string `json:"field"`
	Is       string `json:"is"`
	ShouldBe string `json:"shouldBe"`
}

// A verifyReport writes what a verification finds, as it finds it: there may be much.
type verifyReport struct {
	out  Output
	name string
	json *jsontext.Encoder // Nil for text.
	err  error             // The first of writing.
}

func newVerifyReport(out Output, name string) *verifyReport {
	r := &verifyReport{out: out, name: name}
	if out.JSON {
		r.json = newEncoder(out)
		r.put(jsontext.BeginObject, jsontext.String("name"), jsontext.String(name),
			jsontext.String("findings"), jsontext.BeginArray)
	}
	return r
}

func (r *verifyReport) put(tokens ...jsontext.Token) {
	for _, token := range tokens {
		r.err = errors.Join(r.err, r.json.WriteToken(token))
	}
}

func (r *verifyReport) add(f projection.Finding) {
	if r.json == nil {
		_, err := io.WriteString(r.out, spell(r.name, f))
		r.err = errors.Join(r.err, err)
		return
	}
	shown := finding{
		OrderID: string(f.ID), Flaw: string(f.Flaw), Seen: f.Seen, Version: f.Version,
		Reason: f.Reason, Repaired: f.Repaired, Differences: []difference{},
	}
	for _, d := range f.Differences {
		shown.Differences = append(shown.Differences, difference(d))
	}
	r.err = errors.Join(r.err, json.MarshalEncode(r.json, shown))
}

func (r *verifyReport) end(sum projection.Totals) error {
	if r.json == nil {
		_, err := fmt.Fprintf(r.out, "%s: %d orders, %d wrong, %d repaired\n",
			r.name, sum.Orders, sum.Findings, sum.Repaired)
		return errors.Join(r.err, err)
	}
	r.put(jsontext.EndArray,
		jsontext.String("orders"), jsontext.Int(int64(sum.Orders)),
		jsontext.String("wrong"), jsontext.Int(int64(sum.Findings)),
		jsontext.String("repaired"), jsontext.Int(int64(sum.Repaired)), jsontext.EndObject)
	return r.err
}
