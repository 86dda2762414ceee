package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orders/domain/order"
)

// told is what an error tells of a body: each issue as path and message.
func told(err error) (all []string) {
	var refusal *order.Error
	if !errors.As(err, &refusal) {
		return nil
	}
	for _, i := range refusal.Issues {
		path, _ := json.Marshal(i.Path)
		all = append(all, string(path)+" "+i.Message)
	}
	return all
}

// unknownBodies are bodies with what is told of each: strictly, tolerantly, and as ignored names.
var unknownBodies = []struct {
	body             string
	strict, tolerant []string
	ignored          []string
}{
	{body: `{"userId":"u","items":[]}`},
	{
		body:     `{"curency":"EUR","user_id":"u","note":1}`,
		strict:   []string{curency, userID, `["note"] is unknown`},
		tolerant: []string{curency, userID},
	},
	{
		body: `{"note":1,"items":[{"note":1},{"note":2,"x":{"qyt":1}}]}`,
		strict: []string{
			`["note"] is unknown`, item(0, "note"), item(1, "note"), item(1, "x"),
		},
		ignored: []string{"note", "items.note", "items.x"},
	},
	{ // What else is wrong follows.
		body:     `{"items":[{"qty":"2","prise":1}],"userId":null,"curency":1,"zzz":1}`,
		strict:   []string{prise, curency, `["zzz"] is unknown`, qty},
		tolerant: []string{prise, curency, qty},
	},
	{ // A name beside the one that it is like was meant to be another.
		body:     `{"userId":"u","userIp":1,"user_id":1,"used":1,"items":[{"sku":"s","skus":1}]}`,
		strict:   []string{`["userIp"] is unknown`, userID, `["used"] is unknown`, item(0, "skus")},
		tolerant: []string{userID},
	},
	{ // The one that it is like may follow.
		body:    `{"userIp":1,"items":[{"skus":1,"sku":"s"}],"userId":"u"}`,
		strict:  []string{`["userIp"] is unknown`, item(0, "skus")},
		ignored: []string{"userIp", "items.skus"},
	},
	{
		body:     `{"zzz":1,"items":null}`,
		strict:   []string{`["zzz"] is unknown`, `["items"] must be a list`},
		tolerant: []string{`["items"] must be a list`},
	},
	{ // A body that is not JSON comes first, as nothing is sure about it.
		body:     `{"zzz":1,"curency":1,"zzz":2}`,
		strict:   []string{`["zzz"] must be given only once`},
		tolerant: []string{`["zzz"] must be given only once`},
	},
	{
		body:     `[{"zzz":1}]`,
		strict:   []string{`[] must be an object`},
		tolerant: []string{`[] must be an object`},
	},
	{
		body:    `{"5":1,"":2,"\u0000":3}`,
		strict:  []string{`["5"] is unknown`, `[""] is unknown`, `["\u0000"] is unknown`},
		ignored: []string{"5", "", "\x00"},
	},
}

func TestUnknownNamesAreToldAtOnce(t *testing.T) {
	for _, tt := range unknownBodies {
		_, err := Decode[NewOrder]([]byte(tt.body))
		if got := told(err); !slices.Equal(got, tt.strict) {
			t.Errorf("%s: %q, want %q", tt.body, got, tt.strict)
		}
		_, ignored, err := DecodeTolerantly[NewOrder]([]byte(tt.body))
		if got := told(err); !slices.Equal(got, tt.tolerant) {
			t.Errorf("%s: tolerantly %q, want %q", tt.body, got, tt.tolerant)
		}
		if err == nil && !slices.Equal(ignored, tt.ignored) {
			t.Errorf("%s: ignored %q, want %q", tt.body, ignored, tt.ignored)
		}
	}
}

const (
	curency = `["curency"] is unknown; did you mean currency?`
	userID  = `["user_id"] is unknown; did you mean userId?`
	prise   = `["items",0,"prise"] is unknown; did you mean price?`
	qty     = `["items",0,"qty"] must be a number`
)

func item(n int, name string) string { return fmt.Sprintf(`["items",%d,"%s"] is unknown`, n, name) }

// A body that is decoded again after an unknown name holds nothing twice.
func TestIgnoredNamesChangeNothing(t *testing.T) {
	const items = `"items":[{"sku":"s","qty":1,"price":2},{"sku":"t","qty":1,"price":2%s}]}`
	plain, err := Decode[NewOrder]([]byte(`{"userId":"u",` + fmt.Sprintf(items, "")))
	if err != nil {
		t.Fatal(err)
	}
	with := []byte(`{"userId":"u",` + fmt.Sprintf(items, `,"color":1`))
	tolerated, _, err := DecodeTolerantly[NewOrder](with)
	if err != nil || !reflect.DeepEqual(plain, tolerated) {
		t.Errorf("%+v, %v, want %+v", tolerated, err, plain)
	}
}

func TestManyUnknownNames(t *testing.T) {
	var names []string
	for i := range 900 {
		names = append(names, fmt.Sprintf(`"n%d%s":0`, i, strings.Repeat("é", 200)))
	}
	body := []byte("{" + strings.Join(names, ",") + "}")
	_, err := Decode[NewOrder](body)
	if got := told(err); len(got) != refusedMax || len(got[0]) > 2*nameMax+50 {
		t.Errorf("%d issues, the first is %q", len(got), got[0])
	}
	_, ignored, err := DecodeTolerantly[NewOrder](body)
	if err != nil || len(ignored) != ignoredMax || len(ignored[0]) > 2*nameMax {
		t.Errorf("%d ignored, the first is %q; %v", len(ignored), ignored[0], err)
	}
	// One that is similar is found among them.
	body = append(body[:len(body)-1], `,"curency":"EUR"}`...)
	_, _, err = DecodeTolerantly[NewOrder](body)
	if got := told(err); !slices.Equal(got, []string{curency}) {
		t.Errorf("issues %q", got)
	}
}

func TestBodiesWithoutFields(t *testing.T) {
	for body, want := range map[string][]string{
		"": nil, "\n": nil, "{}": nil, `{"a":1}`: {`["a"] is unknown`},
	} {
		if _, err := Decode[Confirmation]([]byte(body)); !slices.Equal(told(err), want) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
	if _, err := Decode[Release]([]byte("null")); err == nil {
		t.Error("null is no error")
	}
	if _, err := Decode[Voiding](nil); !slices.Equal(told(err), []string{"[] the body is empty"}) {
		t.Errorf("no body: %v", err)
	}
}

func TestSimilar(t *testing.T) {
	known := []string{"userId", "items", "currency", "qty", "createdFrom", "createdTo", "status"}
	none := func(string) bool { return false }
	all := func(string) bool { return true }
	for name, want := range map[string]string{
		"userId": "userId", "userid": "userId", "user_id": "userId", "USER-ID": "userId",
		"userId[]": "userId", "userID": "userId", "user": "userId", "usreId": "userId",
		"item": "items", "itmes": "items", "itemz": "items", "-items-": "items",
		"curency": "currency", "currencies": "currency", "currensy": "currency",
		"qyt": "qty", "qtys": "qty", "createdTo_": "createdTo", "createdForm": "createdFrom",
		"statuses": "status", "userIds2": "userId",

		"createdAt": "createdFrom createdTo", "created": "createdFrom createdTo",
		"created_since": "createdFrom createdTo",

		"": "", "_": "", "q": "", "id": "", "page": "", "times": "", "quotient": "", "é": "",
		"uid": "", "currencySymbol": "", "updatedTo": "", "userName": "",
		strings.Repeat("x", 1<<20): "",
	} {
		if got := strings.Join(similar(name, known, none), " "); got != want {
			t.Errorf("%.40q is similar to %q, want %q", name, got, want)
		}
		if bareName(name) != bareName(want) {
			want = ""
		}
		if got := strings.Join(similar(name, known, all), " "); got != want {
			t.Errorf("besides all, %.40q is similar to %q, want %q", name, got, want)
		}
	}
	if got := similar("stat", []string{"state", "stats", "status"}, none); len(got) != 2 {
		t.Errorf("equally similar are %q", got)
	}
}
