package http_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
)

// refusal is the answer to a body that has, in an object of it, a name in place of another or, if
// that is empty, besides all others.
func (s *service) refusal(
	t *testing.T, path string, body, inside object, other, name string,
) answer {
	t.Helper()
	replaced, is := inside[other]
	delete(inside, other)
	inside[name] = 1
	text, err := json.Marshal(body)
	delete(inside, name)
	if is {
		inside[other] = replaced
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.ask(t, "POST", path, string(text))
}

func TestUnknownNamesAreRefused(t *testing.T) {
	for _, strict := range []bool{false, true} {
		s, all := everything(t, http.Config{Strict: strict})
		doc := s.ask(t, "GET", "/openapi.json", "")
		id := s.order(t)
		before, seen := len(s.commits(t, id)), 0
		for _, d := range all {
			if d.method == "POST" {
				seen++
				s.refusesUnknown(t, doc, d, id, d.op["operationId"] == "create" && !strict)
			}
		}
		if want := len(order.Rules); seen != want {
			t.Errorf("%d commands, want %d", seen, want)
		}
		if after := len(s.commits(t, id)); after != before {
			t.Errorf("%d commits were made", after-before)
		}
		s.ask(t, "GET", show, "").has(t, `{"count":1,`)
	}
}

// refusesUnknown gives a command on the order unknown names, in each object of its body.
func (s *service) refusesUnknown(
	t *testing.T, doc answer, d documented, id string, tolerant bool,
) {
	t.Helper()
	body, schema := d.body(doc)
	objects(doc, schema, body, []any{}, func(o object, path []any, schema object) {
		if closed := schema["additionalProperties"] == false; closed == tolerant {
			t.Errorf("%s %v: closed is %v, tolerant %v", d.path, path, closed, tolerant)
		}
		if !tolerant {
			s.refusal(t, d.at(id), body, o, "", "zzz").isUnknown(t, path, "zzz", "")
		}
		for name := range explained(schema) {
			for _, typo := range []string{
				name + "s", strings.ToUpper(name), name[:1] + "_" + name[1:], name[1:],
			} {
				s.refusal(t, d.at(id), body, o, name, typo).isUnknown(t, path, typo, name)
			}
		}
	})
}

// isUnknown wants a 400 that names an unknown name in the object at path.
func (a answer) isUnknown(t *testing.T, path []any, name, meant string) {
	t.Helper()
	want := "is unknown"
	if meant != "" {
		want += "; did you mean " + meant + "?"
	}
	at, _ := json.Marshal(append(slices.Clone(path), name))
	issue := fmt.Sprintf(`"issues":[{"path":%s,"message":"%s"}]`, at, want)
	if a.StatusCode != 400 || !strings.Contains(a.text, issue) {
		t.Errorf("%d %s, want %s", a.StatusCode, a.text, issue)
	}
}

// A name may belong to another object, or not into the body at all. It must not be ignored.
func TestANameInTheWrongPlaceIsRefused(t *testing.T) {
	s := start(t)
	order := func(top, item string) string {
		return `{` + top + `"userId":"u","items":[{` + item + `"sku":"s","qty":1,"price":5}]}`
	}
	for body, want := range map[string]string{
		order("", `"currency":"EUR",`): `["items",0,"currency"],"message":"is unknown here; ` +
			`did you mean currency at the top of the body?"`,
		order("", `"Curency":"EUR",`): `["items",0,"Curency"],"message":"is unknown here; ` +
			`did you mean currency at the top of the body?"`,
		order(`"currency":"EUR",`, `"currency":"EUR",`): `["items",0,"currency"],"message":`,
		order(`"price":5,`, ""): `["price"],"message":"is unknown here; ` +
			`did you mean price in items?"`,
		order(`"dryRun":true,`, ""): `["dryRun"],"message":"is unknown here; ` +
			`did you mean the parameter dryRun?"`,
		order(`"dry_run":true,`, ""): `["dry_run"],"message":"is unknown here; `,
		order("", `"dryrun":true,`):  `["items",0,"dryrun"],"message":"is unknown here; `,
	} {
		a := s.ask(t, "POST", place, body)
		a.is(t, 400)
		a.has(t, `"issues":[{"path":`+want)
	}
	s.ask(t, "POST", place+"/"+nowhere+"/confirm", `{"dryRun":true}`).has(t,
		`"detail":"dryRun is unknown here; did you mean the parameter dryRun?"`)
	s.ask(t, "GET", show, "").has(t, `{"count":0,`)
	for _, name := range []string{"idempotencyKey", "currencyCode", "userIp", "used", "prise"} {
		s.ask(t, "POST", place, order(`"`+name+`":1,`, "")).is(t, 201)
	}
	s.ask(t, "POST", place, order(`"currency":"EUR",`, `"item":1,"curency":1,`)).is(t, 201)
}

// A client of the Node.js original may send names that no field is like.
func TestANewOrderMayHaveUnknownNames(t *testing.T) {
	s := start(t)
	const body = `{"userId":"u","$schema":"x","extra":{"qty":["secret"]},
		"items":[{"sku":"s","qty":2,"price":1,"color":true},
			{"sku":"t","qty":1,"price":2,"color":1}]}`
	for range 2 {
		s.ask(t, "POST", place, body).is(t, 201)
	}
	for _, name := range []string{"$schema", "extra", "items.color"} {
		line := fmt.Sprintf(`"msg":"Ignored an unknown name in a new order","name":%q,`, name)
		if n := strings.Count(string(s.log.text), line); n != 1 {
			t.Errorf("%s was logged %d times: %s", name, n, s.log.text)
		}
	}
	if s.log.holds("secret") {
		t.Error("a value was logged")
	}

	s = startWith(t, http.Config{Strict: true}, nil, nil)
	a := s.ask(t, "POST", place, body)
	a.is(t, 400)
	a.has(t, `"issues":[{"path":["$schema"],"message":"is unknown"},`+
		`{"path":["extra"],"message":"is unknown"},`+
		`{"path":["items",0,"color"],"message":"is unknown"},`+
		`{"path":["items",1,"color"],"message":"is unknown"}]`)
}

// Who made up names could fill the log with them.
func TestIgnoredNamesAreLoggedWithinBounds(t *testing.T) {
	const further = `"msg":"Further unknown names are not logged","requestId":"`
	unlike := func(i int) string { return `"` + strings.Repeat(fmt.Sprint(i), 50) + `":0,` }
	var many string
	for i := range 300 {
		many += unlike(i)
	}
	together := []string{many}
	one := make([]string, 300)
	for i := range one {
		one[i] = unlike(i)
	}
	for _, bodies := range [][]string{one, together} {
		s := start(t)
		for _, names := range bodies {
			s.ask(t, "POST", place, "{"+names+mouse[1:]).is(t, 201)
		}
		logged := string(s.log.text)
		if n := strings.Count(logged, "Ignored"); n != 100 {
			t.Errorf("%d names were logged, want 100", n)
		}
		if n := strings.Count(logged, further); n != 1 {
			t.Errorf("the end was told %d times", n)
		}
		if s.log.holds(strings.Repeat("123", 34)) {
			t.Error("a long name was logged whole")
		}
	}
}

func TestNamesAreLoggedOnceAnOrderIsMade(t *testing.T) {
	s := start(t)
	s.ask(t, "POST", place, `{"color":1,"userId":"","items":[]}`).is(t, 400)
	s.ask(t, "POST", place, `{"color":1,`+mouse[1:], "If-Match", "*").is(t, 412)
	s.ask(t, "POST", place+dry, `{"color":1,`+mouse[1:]).is(t, 200)
	if s.log.holds("Ignored") {
		t.Errorf("a name was logged though no order was made: %s", s.log.text)
	}
	s.ask(t, "POST", place, `{"color":1,`+mouse[1:]).is(t, 201)
	if !s.log.holds("Ignored") {
		t.Error("the name was not logged")
	}
}
