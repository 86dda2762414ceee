package http_test

import (
	"strings"
	"testing"
)

func TestEveryWrongValueIsNamed(t *testing.T) {
	s := start(t)
	a := s.ask(t, "POST", place, `{"userId":"","currency":"usd","items":[
		{"sku":"s","qty":1,"price":1},
		{"sku":"\u0007","qty":0,"price":0},
		{"sku":"s","qty":1.5,"price":-1}]}`)
	a.is(t, 400)
	a.header(t, "Content-Type", "application/problem+json")
	a.has(t, `"title":"Bad Request","status":400,`, `"code":"validation-failed"`,
		`"message":"❌ Validation failed"`, `"instance":"/commands/orders"`)
	for _, path := range []string{
		`["userId"]`, `["currency"]`, `["items",1,"sku"]`, `["items",1,"qty"]`,
		`["items",1,"price"]`, `["items",2,"qty"]`, `["items",2,"price"]`,
	} {
		a.has(t, `{"path":`+path+`,"message":"`)
	}
	if n := strings.Count(a.text, `"path"`); n != 7 {
		t.Errorf("%d issues, want 7: %s", n, a.text)
	}
}

func TestIssuesAreCapped(t *testing.T) {
	s := start(t)
	a := s.ask(t, "POST", place, `{"items":[`+strings.Repeat(`{},`, 499)+`{}]}`)
	a.is(t, 400)
	if n := strings.Count(a.text, `"path"`); n != 50 {
		t.Errorf("%d issues, want 50", n)
	}
}

func TestAWrongTypeIsNamed(t *testing.T) {
	s := start(t)
	line := func(fields string) string { return `{"userId":"u","items":[` + fields + `]}` }
	for body, issue := range map[string]string{
		`{"userId":5}`:              `["userId"],"message":"must be a string"`,
		`{"userId":null}`:           `["userId"],"message":"must be a string"`,
		`{"userId":{"a":[1]}}`:      `["userId"],"message":"must be a string"`,
		`{"currency":null}`:         `["currency"],"message":"must be a string"`,
		`{"items":{}}`:              `["items"],"message":"must be a list"`,
		`{"items":"x"}`:             `["items"],"message":"must be a list"`,
		line(`1`):                   `["items",0],"message":"must be an object"`,
		line(`{},[]`):               `["items",1],"message":"must be an object"`,
		line(`{},null`):             `["items",1],"message":"must be an object"`,
		line(`{"qty":"1"}`):         `["items",0,"qty"],"message":"must be a number"`,
		line(`{"qty":true}`):        `["items",0,"qty"],"message":"must be a number"`,
		line(`{"qty":[1]}`):         `["items",0,"qty"],"message":"must be a number"`,
		line(`{"price":null}`):      `["items",0,"price"],"message":"must be a number"`,
		line(`{"price":"599"}`):     `["items",0,"price"],"message":"must be a number"`,
		line(`{"sku":false}`):       `["items",0,"sku"],"message":"must be a string"`,
		`[]`:                        `[],"message":"must be an object"`,
		`null`:                      `[],"message":"must be an object"`,
		`"text"`:                    `[],"message":"must be an object"`,
		line(`{"qty":1}`) + ` true`: `[],"message":"invalid character 't' after the end"`,
	} {
		a := s.ask(t, "POST", place, body)
		a.is(t, 400)
		a.has(t, `"message":"❌ Validation failed","issues":[{"path":`+issue+`}]`)
	}
}

func TestADetailNamesWhatIsWrong(t *testing.T) {
	s := start(t)
	confirm := place + "/" + s.order(t) + "/confirm"
	for body, detail := range map[string]string{
		`{"":1}`:         `\"\" is unknown`,
		`{" a":1}`:       `\" a\" is unknown`,
		`{"\u0007":1}`:   `\"\\a\" is unknown`,
		`{"colour":1}`:   `colour is unknown`,
		`{"a":"\ud800"}`: `the body is not JSON: a string is not valid Unicode`,
		`{"a"`:           `the body is not JSON: the text ends too early`,
		`{"a":"\u12"}`:   `the body is not JSON: a string has an invalid escape sequence`,
	} {
		s.ask(t, "POST", confirm, body).has(t, `"detail":"`+detail+`",`)
	}
	s.ask(t, "POST", place, `{"items":[{},[]]}`).has(t, `"detail":"items[1] must be an object"`)
	s.ask(t, "GET", show+"?=1", "").has(t, `"detail":"\"\" is unknown"`)
}

// A name that looks like a number is no index.
func TestAPathTellsNamesFromIndexes(t *testing.T) {
	s := start(t)
	for body, path := range map[string]string{
		`{"1":{"2":1,"2":2}}`:          `["1","2"]`,
		`{"1":[{"2":0},{"3":x}]}`:      `["1",1,"3"]`,
		`{"1":[0,[1,01]]}`:             `["1",1]`,
		`{"1":{"0":{}}} x`:             `[]`,
		`{"zzz":1,"1":{"2":"\ud800"}}`: `["1","2"]`,
		`{"7":[{"8":{` + strings.Repeat(`"a":1,`, 1001) + `"b":1}}]}`: `["7",0,"8"]`,
	} {
		a := s.ask(t, "POST", place, body)
		a.is(t, 400)
		a.has(t, `"issues":[{"path":`+path+`,"message":"`)
	}
}

func TestMalformedJSON(t *testing.T) {
	s := start(t)
	for _, body := range []string{
		"{", `{"userId":}`, "not json", `{"a":1,}`, `{'a':1}`, `{"a":01}`, `{"a":.5}`, `{"a":NaN}`,
		"{\"userId\":\"\xff\"}", "{\"\xff\":1}", `{"a":"\ud800"}`, "\ufeff{}", "{}{}",
		`{"userId":"a","userId":"b"}`, `{"a":1,"a":1}`, `{"x":{"b":[{"c":1,"c":2}]}}`,
		`{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}",
		`{"a":` + strings.Repeat(`{"a":`, 200_000),
	} {
		a := s.ask(t, "POST", place, body)
		a.is(t, 400)
		a.has(t, `"code":"malformed-json","message":"❌ Validation failed","issues":[{"path":[`)
		if len(a.text) > 4096 {
			t.Errorf("an answer of %d bytes to %.40s", len(a.text), body)
		}
	}
}

func TestABodyIsNotEchoedWithoutBounds(t *testing.T) {
	s := start(t)
	long := strings.Repeat("n", 500_000)
	a := s.ask(t, "POST", place, `{"`+long+`":1,"`+long+`":2}`)
	a.is(t, 400)
	if len(a.text) > 4096 {
		t.Errorf("an answer of %d bytes", len(a.text))
	}
}

// A name counts only as it is written: a check of "qty" and a decoder that takes "QTY" for it
// would together let -7 pass.
func TestNamesAreExact(t *testing.T) {
	s := start(t)
	a := s.ask(t, "POST", place,
		`{"userId":"u","USERID":"v","items":[{"sku":"s","qty":2,"QTY":-7,"Qty":9,"price":1}]}`)
	a.is(t, 400)
	a.has(t, `["USERID"]`, `["items",0,"QTY"]`, `["items",0,"Qty"]`)
	a = s.ask(t, "POST", place, `{"USERID":"u","Items":[]}`)
	a.is(t, 400)
	a.has(t, `["USERID"]`, `["Items"]`)
}

func TestMediaTypes(t *testing.T) {
	s := start(t)
	for contentType, status := range map[string]int{
		"application/json":                  201,
		"Application/JSON":                  201,
		"application/json; charset=utf-8":   201,
		`application/json;charset="UTF-8"`:  201,
		"application/json; charset=utf-8;":  201,
		"application/json;":                 201,
		"application/json ; ; x=y":          201,
		`application/json; x="; charset=x"`: 201,

		"application/json; charset=utf-8; x=y":                201,
		"application/json; x=y; charset=UTF-8":                201,
		`application/json; x="a\";charset=y" ; Charset=Utf-8`: 201,

		"application/json; charset=latin1":   415,
		"application/json; CHARSET=utf-16;":  415,
		"application/json; charset = latin1": 415,
		"application/json; charset=":         415,
		`application/json; charset='utf-8'`:  415,

		"application/json; charset=utf-8; charset=latin1":  415,
		`application/json; x="a"; charset="iso-8859-1"; y`: 415,

		"":                                   415,
		"text/plain":                         415,
		"application/json5":                  415,
		"application/x-www-form-urlencoded":  415,
		"multipart/form-data; boundary=x":    415,
		"application/problem+json":           415,
		"text/plain; x=application/json":     415,
		"application/json, application/json": 415,
	} {
		a := s.ask(t, "POST", place, mouse, "Content-Type", contentType)
		if a.StatusCode != status {
			t.Errorf("%q got %d, want %d", contentType, a.StatusCode, status)
		}
	}
}

// Packed bodies are refused before anybody unpacks them.
func TestContentEncodings(t *testing.T) {
	s := start(t)
	for _, encoding := range []string{"gzip", "deflate", "br", "zstd", "identity", "nonsense"} {
		a := s.ask(t, "POST", place, mouse, "Content-Encoding", encoding)
		a.is(t, 415)
		a.has(t, `"code":"unsupported-media-type"`)
	}
}

func TestEmptyBodies(t *testing.T) {
	s := start(t)
	for _, body := range []string{"", " ", "\r\n"} {
		a := s.ask(t, "POST", place, body, "Content-Type", "application/json")
		a.is(t, 400)
		a.has(t, `"issues":[{"path":[],"message":"the body is empty"}]`)
		s.ask(t, "POST", place, body, "Content-Type", "").is(t, 400)
		s.ask(t, "POST", place, body, "Content-Type", "text/plain").is(t, 415)
	}
}

func TestACommandWithoutContent(t *testing.T) {
	s := start(t)
	path := place + "/" + s.order(t) + "/confirm"
	for _, tt := range []struct {
		body, contentType string
		status            int
	}{
		{"", "", 200},
		{"", "application/json", 200},
		{"{}", "application/json", 200},
		{"{}", "", 200},
		{" { } ", "", 200},
		{`{"more":1}`, "", 400},
		{"{}", "text/plain", 415},
		{"[]", "", 400},
		{"null", "application/json", 400},
		{`"x"`, "", 400},
		{"{", "", 400},
		{`{"a":1,"a":1}`, "", 400},
		{"{}{}", "", 400},
	} {
		a := s.ask(t, "POST", path, tt.body, "Content-Type", tt.contentType)
		if a.StatusCode != tt.status {
			t.Errorf("%q of %q got %s", tt.body, tt.contentType, a.text)
		}
	}
}

func TestABodyOfOneMebibyteIsTheLargest(t *testing.T) {
	s := start(t)
	body := mouse + strings.Repeat(" ", 1<<20-len(mouse))
	s.ask(t, "POST", place, body).is(t, 201)
	// One byte more: see TestRefusalsArrive, over a real connection.
}
