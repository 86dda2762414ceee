package wire

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// A Code is a kind of problem, by the name that clients match. docs/errors.md lists all codes.
type Code struct {
	Name    string
	Status  int
	Message string // The headline of its problems; clients of the original know some of them.
	Detail  string // What its problems say when there is nothing more exact to say.

	Meaning string // What has happened, in sentences for the documentation.
	Action  string // What a client should do about it.
	Retry   Retry
	Members []string // What its problems may have beside the members of all problems.
	ToAny   bool     // Any request may get it; the document does not say so at each operation.
}

// Retry says whether the same request may succeed when it is sent again.
type Retry string

const (
	RetryNever   Retry = "no"
	RetryChanged Retry = "once the order has changed"
	RetryLater   Retry = "yes"
	RetryWithKey Retry = "yes, with the same `Idempotency-Key`"
)

// Problem returns a problem of this kind. An empty detail stands for that of the code.
func (c Code) Problem(detail string) *Problem {
	return &Problem{
		Status: c.Status, Code: c.Name, Message: c.Message, Detail: cmp.Or(detail, c.Detail),
	}
}

// Codes are the codes that any part of the API may answer with. A package with an error of its own
// adds its code to the document.
var Codes = slices.Concat(contentCodes, orderCodes, requestCodes, accessCodes,
	protocolCodes, processCodes)

// AddCodes adds codes to those that the document's problems may have.
func AddCodes(api huma.API, codes []Code) {
	r := api.OpenAPI().Components.Schemas
	problem := r.SchemaFromRef(r.Schema(reflect.TypeFor[Problem](), true, "").Ref)
	code := problem.Properties["code"]
	for _, c := range codes {
		code.Enum = append(code.Enum, c.Name)
		code.Description += fmt.Sprintf("\n- `%s` (%d): %s", c.Name, c.Status, c.Meaning)
		if c.ToAny {
			code.Description += " Any request may get it, whether its operation says so or not."
		}
	}
}

// codesByName has the codes of Codes.
var codesByName = func() map[string]Code {
	all := map[string]Code{}
	for _, c := range Codes {
		all[c.Name] = c
	}
	return all
}()
