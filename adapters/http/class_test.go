package http_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/domain/order"
)

// callers are of each class, and may see the orders of ann.
var callers = map[access.Class][]string{
	access.Reader:  as("ann", "orders:read"),
	access.Writer:  as("ann", "orders:write"),
	access.Manager: as("staff", "orders:manage"),
}

// named returns the texts in a list of an answer.
func named(list any) (all []string) {
	values, _ := list.([]any)
	for _, v := range values {
		all = append(all, v.(string))
	}
	return all
}

// linked returns the names of the links of an answer, but for self.
func linked(links any) (all []string) {
	values, _ := links.(map[string]any)
	for name := range values {
		if name != "self" {
			all = append(all, name)
		}
	}
	return all
}

// Whatever shows what an order allows shows of it what the caller may carry out.
func TestOnlyWhatTheCallerMayDoIsAllowed(t *testing.T) {
	s := guarded(t)
	staff := callers[access.Manager]
	id := s.ask(t, "POST", place, strings.Replace(mouse, "user_123", "ann", 1), staff...).id()
	for _, step := range append([]string{""}, lifeOf...) {
		if step != "" {
			path, body, _ := strings.Cut(step, " ")
			s.ask(t, "POST", place+"/"+id+"/"+path, body, staff...).is(t, 200)
		}
		all := named(s.ask(t, "GET", show+"/"+id, "", staff...).order()["allowedCommands"])
		for class, who := range callers {
			var want []string
			for _, command := range all {
				if class.Allows(command) {
					want = append(want, command)
				}
			}
			for what, got := range s.allowedTo(t, id, who) {
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("after %q %s tells class %s of %v, want %v",
						step, what, class, got, want)
				}
			}
		}
	}
}

// lifeOf leads an order through states that allow other commands.
var lifeOf = []string{
	`payments/authorize {"paymentId":"p","amount":1198}`, `hold {"reason":"fraud"}`, "release",
	"confirm", `payments/capture {"paymentId":"p","amount":1198}`,
	`shipments {"shipmentId":"s","items":[{"sku":"sku_mouse","qty":2}]}`,
	`deliveries {"shipmentId":"s"}`, "complete",
}

// order is the one that the answer shows.
func (a answer) order() map[string]any {
	o, _ := a.json["order"].(map[string]any)
	return o
}

// allowedTo asks for all that tells what an order allows, and returns what each tells the caller.
func (s *service) allowedTo(t *testing.T, id string, who []string) map[string][]string {
	t.Helper()
	view := s.ask(t, "GET", show+"/"+id, "", who...)
	list := s.ask(t, "GET", show+"?userId=ann", "", who...)
	past := s.ask(t, "GET", show+"/"+id+"?minVersion=1", "", who...)
	first, _ := list.json["orders"].([]any)
	told := map[string][]string{
		"the view": named(view.order()["allowedCommands"]),
		"the list": named(first[0].(map[string]any)["allowedCommands"]),
		"the past": named(past.order()["allowedCommands"]),
	}
	tried := s.ask(t, "POST", place+"/"+id+"/cancel?dryRun=true", `{"reason":"customer"}`, who...)
	if tried.StatusCode == 409 {
		told["the refusal"] = named(tried.json["allowedCommands"])
	}
	return told
}

// What a command answers is what a query then says to the same caller.
func TestReceiptsAreOfTheCallersClass(t *testing.T) {
	s := guarded(t)
	body := strings.Replace(mouse, "user_123", "ann", 1)
	for class, mark := range map[access.Class]string{
		access.Writer: "-w", access.Manager: "-m",
	} {
		who := callers[class]
		whole := append(slices.Clone(who), "Prefer", "return=representation")
		created := s.ask(t, "POST", place, body, whole...)
		created.is(t, 201)
		tried := s.ask(t, "POST", place+"/"+created.id()+"/confirm?dryRun=true", "", who...)
		done := s.ask(t, "POST", place+"/"+created.id()+"/confirm", "", whole...)
		again := s.ask(t, "POST", place+"/"+created.id()+"/confirm", "", whole...)
		shown := s.ask(t, "GET", show+"/"+created.id(), "", who...)
		created.header(t, "ETag", fmt.Sprintf(`"1%s"`, mark))
		for _, a := range []answer{done, again, shown} {
			a.is(t, 200)
			a.header(t, "ETag", fmt.Sprintf(`"2%s"`, mark))
		}
		want := named(shown.order()["allowedCommands"])
		for _, a := range []answer{done, again, tried} {
			got, links := named(a.order()["allowedCommands"]), linked(a.json["links"])
			slices.Sort(links)
			if sorted := slices.Sorted(slices.Values(want)); !slices.Equal(got, want) ||
				!slices.Equal(links, sorted) {
				t.Errorf("class %s: allowed %v, links %v; want %v", class, got, links, want)
			}
		}
	}
}

// A condition on a version reads it from the tag of any class; one on what is known reads all of
// the tag.
func TestTagsOfClasses(t *testing.T) {
	for class, who := range callers {
		own := fmt.Sprintf(`"1-%s"`, class)
		for tag, of := range map[string]struct{ version, isOwn bool }{
			`"1"`: {true, false}, `"1-r"`: {true, class == "r"}, `"1-w"`: {true, class == "w"},
			`"1-m"`: {true, class == "m"}, `"7", ` + own: {true, true}, "*": {true, true},
			`"1-x"`: {}, `"1-"`: {}, `"-m"`: {}, `"01-m"`: {}, `"1-mm"`: {}, `"1-M"`: {},
			`"2-m"`: {}, `"1-*"`: {}, `"0"`: {}, `""`: {}, `"18446744073709551617-m"`: {},
		} {
			s := guarded(t)
			a := s.ask(t, "POST", place, strings.Replace(mouse, "user_123", "ann", 1),
				callers[access.Manager]...)
			shown := s.ask(t, "GET", show+"/"+a.id(), "",
				append(slices.Clone(who), "If-None-Match", tag)...)
			weak := s.ask(t, "GET", show+"/"+a.id(), "",
				append(slices.Clone(who), "If-None-Match", "W/"+tag)...)
			for _, got := range []answer{shown, weak} {
				if tag == "*" && got.StatusCode == 400 {
					continue // A weak * is none.
				}
				got.header(t, "ETag", own)
				if is := got.StatusCode == 304; is != of.isOwn {
					t.Errorf("%s of class %s: status %d", tag, class, got.StatusCode)
				}
			}
			if class == access.Reader {
				continue
			}
			done := s.ask(t, "POST", place+"/"+a.id()+"/confirm", "",
				append(slices.Clone(who), "If-Match", tag)...)
			if of.version {
				done.is(t, 200)
				continue
			}
			done.is(t, 412)
			done.header(t, "ETag", own)
		}
	}
}

// A query waits for the version in the tag of any class.
func TestMinVersionReadsTheTagOfAnyClass(t *testing.T) {
	closed, open, reader := guarded(t), start(t), callers[access.Reader]
	placed := closed.ask(t, "POST", place, strings.Replace(mouse, "user_123", "ann", 1),
		callers[access.Manager]...).id()
	openly := open.order(t)
	for text, status := range map[string]int{
		"1": 200, "01": 200, `"1"`: 200, `"1-r"`: 200, `"1-w"`: 200, `W/"1-m"`: 200,
		`"01-m"`: 200, "1-m": 400, `"1-x"`: 400, `"1-"`: 400, `"-m"`: 400, `"0-m"`: 400,
		`"1-m`: 400, `"1-mm"`: 400, `"1 -m"`: 400, `"1-M"`: 400,
	} {
		query := "?minVersion=" + strings.NewReplacer(`"`, "%22", " ", "%20").Replace(text)
		closed.ask(t, "GET", show+"/"+placed+query, "", reader...).is(t, status)
		open.ask(t, "GET", show+"/"+openly+query, "").is(t, status)
	}
}

// Without tokens there is one class, which has no mark.
func TestWithoutTokensThereIsOneClass(t *testing.T) {
	if tag := wire.ETag(3, access.Open); tag != `"3"` {
		t.Errorf("the tag is %s", tag)
	}
	names := []string{}
	for _, r := range order.Rules {
		names = append(names, r.Command)
	}
	if n := testing.AllocsPerRun(10, func() { access.Open.Allowed(names) }); n != 0 {
		t.Errorf("it allocates %v times", n)
	}
	if got := access.Open.Allowed(names); !slices.Equal(got, names) {
		t.Errorf("allowed are %v", got)
	}
}
