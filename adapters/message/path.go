package message

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// pathMax is how many names and indexes a path in an answer has, as a client may nest deeply.
const pathMax = 20

// pathIn returns a pointer to an error of the decoder in the form of issues. The error is at or
// after the offset.
func pathIn(text []byte, p jsontext.Pointer, offset int64) []any {
	d := jsontext.NewDecoder(bytes.NewBuffer(text))
	for err := error(nil); err == nil && d.InputOffset() <= offset; {
		_, err = d.ReadToken()
	}
	return pathAt(d, p)
}

// pathAt returns a pointer in the form of issues. The decoder is inside all the lists and objects
// that the pointer passes, which tell indexes from names.
func pathAt(d *jsontext.Decoder, p jsontext.Pointer) []any {
	found := []any{}
	for token := range p.Tokens() {
		if len(found) == pathMax {
			break
		}
		n, err := strconv.Atoi(token)
		if err == nil && isInList(d, len(found)+1) {
			found = append(found, n)
			continue
		}
		found = append(found, Cut(token))
	}
	return found
}

func isInList(d *jsontext.Decoder, depth int) bool {
	if depth > d.StackDepth() {
		return false
	}
	kind, _ := d.StackIndex(depth)
	return kind == '['
}

// subject names what is at a path, such as qty or items[0], to begin a sentence.
func subject(path []any) string {
	if len(path) == 0 {
		return "the body"
	}
	last := path[len(path)-1]
	if n, is := last.(int); is {
		return fmt.Sprintf("%s[%d]", subject(path[:len(path)-1]), n)
	}
	return Quoted(fmt.Sprint(last))
}

// Quoted returns a name that a client has made up, in quotes if it could not be seen without them.
func Quoted(name string) string {
	isHard := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }
	if name == "" || strings.ContainsFunc(name, isHard) {
		return strconv.Quote(name)
	}
	return name
}
