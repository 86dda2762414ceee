package order

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// annotations say nothing of what is valid.
var annotations = []string{"title", "description", "examples", "default", "deprecated"}

// breaks is what of a schema's next form breaks the consumers of the one before. A broker keeps
// events for long, and names the address of the schema in each, so that neither may events of the
// one form be invalid in the other. That leaves optional properties, which may be added. Even the
// values of an enum are those that consumers have a case for.
func breaks(path string, before, now object) (found []string) {
	names := slices.Sorted(maps.Keys(merged(before, now)))
	for _, keyword := range names {
		was, is := before[keyword], now[keyword]
		switch keyword {
		case "properties":
			found = append(found, brokenProperties(path, was, is)...)
		case "required", "enum":
			if !reflect.DeepEqual(sorted(was), sorted(is)) {
				found = append(found, fmt.Sprintf("%s: %s was %v, is %v", path, keyword, was, is))
			}
		case "items":
			wasOne, _ := was.(object)
			isOne, _ := is.(object)
			found = append(found, breaks(path+"[]", wasOne, isOne)...)
		default:
			if !slices.Contains(annotations, keyword) && !reflect.DeepEqual(was, is) {
				found = append(found, fmt.Sprintf("%s: %s was %v, is %v", path, keyword, was, is))
			}
		}
	}
	return found
}

func brokenProperties(path string, was, is any) (found []string) {
	before, _ := was.(object)
	now, _ := is.(object)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		next, has := now[name].(object)
		if !has {
			found = append(found, path+"."+name+" is gone")
			continue
		}
		found = append(found, breaks(path+"."+name, before[name].(object), next)...)
	}
	return found
}

func merged(a, b object) object {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func sorted(list any) (all []string) {
	values, _ := list.([]any)
	for _, each := range values {
		all = append(all, fmt.Sprint(each))
	}
	slices.Sort(all)
	return all
}

const schemaBefore = `{"type":"object","description":"d","required":["id","items"],"properties":{
	"id":{"type":"string"}, "note":{"type":"string"}, "reason":{"type":"string","enum":["a","b"]},
	"items":{"type":"array","items":{"type":"object","required":["qty"],"properties":{
		"qty":{"type":"integer","format":"int32"}}}}}}`

var plantedBreaks = []struct{ what, old, new, want string }{
	{"nothing", ``, ``, ""},
	{"a description", `"d"`, `"e"`, ""},
	{"an optional property", `"note":{`, `"more":{"type":"string"},"note":{`, ""},
	{"an optional property of an item", `"qty":{`, `"more":{"type":"string"},"qty":{`, ""},
	{"the order of an enum", `["a","b"]`, `["b","a"]`, ""},

	{"a property is gone", `"note":{"type":"string"},`, ``, "data.note is gone"},
	{"a property has another name", `"note":`, `"text":`, "data.note is gone"},
	{"another type", `"id":{"type":"string"}`, `"id":{"type":"integer"}`, "data.id: type was"},
	{"another type of an item", `"integer"`, `"number"`, "data.items[].qty: type was"},
	{"another format", `"int32"`, `"int64"`, "data.items[].qty: format was"},
	{"a required property is optional", `["id","items"]`, `["items"]`, "data: required was"},
	{"so is that of an item", `["qty"]`, `[]`, "data.items[]: required was"},
	{"an optional property is required", `["id",`, `["id","note",`, "data: required was"},
	{"a new property is required", `["id",`, `["id","new",`, "data: required was"},
	{"an enum has a value more", `"b"]`, `"b","c"]`, "data.reason: enum was"},
	{"an enum has a value less", `"a","b"`, `"a"`, "data.reason: enum was"},
	{"an enum is gone", `,"enum":["a","b"]`, ``, "data.reason: enum was"},
	{"a text has an enum", `"note":{`, `"note":{"enum":["x"],`, "data.note: enum was"},
	{"a text has a pattern", `"note":{`, `"note":{"pattern":"x",`, "data.note: pattern was"},
	{"it is closed", `"type":"object",`, `"type":"object","additionalProperties":false,`,
		"data: additionalProperties was"},
	{"a value may be null", `"id":{"type":"string"}`, `"id":{"type":["string","null"]}`,
		"data.id: type was"},
	{"a list has no items", `"items":{"type":"object"`, `"what":{"type":"object"`,
		"data.items[].qty is gone"},
}

func TestWhatBreaksConsumers(t *testing.T) {
	for _, tt := range plantedBreaks {
		var before, now object
		changed := strings.Replace(schemaBefore, tt.old, tt.new, 1)
		if tt.old != tt.new && changed == schemaBefore {
			t.Fatalf("%s: nothing is planted", tt.what)
		}
		if json.Unmarshal([]byte(schemaBefore), &before) != nil ||
			json.Unmarshal([]byte(changed), &now) != nil {
			t.Fatalf("%s: %s is no JSON", tt.what, changed)
		}
		found := breaks("data", before, now)
		switch {
		case tt.want == "" && len(found) > 0:
			t.Errorf("%s: %v, want nothing", tt.what, found)
		case tt.want != "" && (len(found) == 0 || !strings.HasPrefix(found[0], tt.want)):
			t.Errorf("%s: %v, want %q", tt.what, found, tt.want)
		}
	}
}
