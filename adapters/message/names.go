package message

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// namesMax is how many names an object may hold, with the objects around it. The decoder keeps them
// to find duplicates, which takes many times the bytes of a short name.
const namesMax = 1000

// checkNames refuses a body with more names. It leaves all other errors to the decoder.
func checkNames(body []byte) error {
	if bytes.Count(body, []byte{':'}) <= namesMax {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true))
	var open []int // How many names each enclosing object has so far.
	names := 0     // The sum of these.
	for token, err := d.ReadToken(); err == nil; token, err = d.ReadToken() {
		kind, length := d.StackIndex(d.StackDepth())
		switch isName := kind == '{' && length%2 == 1; {
		case token.Kind() == '{':
			open = append(open, 0)
		case token.Kind() == '}':
			names -= open[len(open)-1]
			open = open[:len(open)-1]
		case isName:
			open[len(open)-1]++
			names++
		}
		if names > namesMax {
			return tooManyNames(d, d.StackPointer().Parent())
		}
	}
	return nil
}

func tooManyNames(d *jsontext.Decoder, object jsontext.Pointer) error {
	message := fmt.Sprintf("must hold at most %d names, with the objects around it", namesMax)
	return malformed("an object "+message, message, pathAt(d, object))
}
