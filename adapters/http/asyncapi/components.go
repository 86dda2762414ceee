package asyncapi

import (
	"encoding/json"
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

// components are what other parts of the document refer to.
type components struct {
	registry huma.Registry // The schemas that Huma makes of Go types.
	others   object        // All others.
	messages object
}

func newComponents(r huma.Registry) *components { return &components{r, object{}, object{}} }

// schemas returns all schemas by name.
func (c *components) schemas() (object, error) {
	wire.Complete(c.registry)
	all := maps.Clone(c.others)
	text, err := json.Marshal(c.registry)
	if err != nil {
		return nil, err
	}
	var made object
	if err := json.Unmarshal(text, &made); err != nil {
		return nil, err
	}
	wrapRefs(made)
	maps.Copy(all, made)
	return all, nil
}

// wrapRefs makes room beside each reference for what stands there, which AsyncAPI would ignore.
func wrapRefs(node any) {
	switch node := node.(type) {
	case []any:
		for _, each := range node {
			wrapRefs(each)
		}
	case object:
		for _, each := range node {
			wrapRefs(each)
		}
		if to, is := node["$ref"].(string); is && len(node) > 1 {
			delete(node, "$ref")
			node["allOf"] = []any{object{"$ref": to}}
		}
	}
}

// A header is a header of messages.
type header struct {
	name, text, example string
	isOptional          bool
}

// headers is the schema of an object with headers whose names begin with a prefix.
func headers(text, prefix string, all []header) object {
	properties, required := object{}, []string{}
	for _, h := range all {
		properties[prefix+h.name] = object{
			"type": "string", "description": h.text, "examples": []any{h.example},
		}
		if !h.isOptional {
			required = append(required, prefix+h.name)
		}
	}
	made := object{"type": "object", "description": text, "properties": properties}
	if len(required) > 0 {
		made["required"] = required
	}
	return made
}

// addHeaders adds a schema, and returns a reference to it.
func (c *components) addHeaders(name string, schema object) object {
	c.others[name] = schema
	return ref("components/schemas/" + name)
}
