package main

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"
)

// dotEnv is a file of variables. The environment overrides it.
const dotEnv = ".env"

// prepare makes the parser accept settings as people write them, as flags, environment variables or
// from .env. A variable without a value counts as not set.
func prepare(parser *kong.Kong) error {
	variables := map[string]*kong.Flag{}
	err := kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, is := node.(*kong.Flag); is {
			flag.Mapper = normalizing{flag.Mapper}
			for _, name := range flag.Envs {
				variables[name] = flag
			}
		}
		return next(nil)
	})
	if err == nil {
		err = normalizeAll(variables) // .env may set the variables that are empty here.
	}
	secrets := secretsOf(parser.Model)
	explainFiles(secrets)
	var overridden map[string]bool
	if err == nil {
		overridden, err = overriding(secrets)
	}
	if err == nil {
		err = readDotEnv(overridden)
	}
	if err == nil {
		err = normalizeAll(variables)
	}
	if err == nil {
		err = refuseFiles(variables)
	}
	return err
}

// normalizeAll normalizes the environment's variables. Kong would repeat their values in its
// errors, and a value may be a password.
func normalizeAll(variables map[string]*kong.Flag) error {
	for name, flag := range variables {
		text, isSet := os.LookupEnv(name)
		if !isSet {
			continue
		}
		text, err := normalize(flag.Value, text)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case text == "":
			err = os.Unsetenv(name)
		default:
			err = os.Setenv(name, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A normalizing mapper normalizes the value of a flag before it decodes it.
type normalizing struct{ kong.Mapper }

func (m normalizing) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	token := ctx.Scan.Peek()
	text, isText := token.Value.(string)
	isBare := ctx.Value.IsBool() && token.Type != kong.FlagValueToken // Its value does not follow.
	if isText && !isBare {
		text, err := normalize(ctx.Value, text)
		if err != nil {
			return err
		}
		ctx.Scan.Pop()
		ctx.Scan.PushTyped(text, token.Type)
	}
	return m.Mapper.Decode(ctx, target)
}

// normalize returns the text of a setting as kong reads it. Its errors repeat numbers, durations
// and switches, but no other text, which may be a secret.
func normalize(of *kong.Value, text string) (string, error) {
	text, err := visible(text)
	switch {
	case err != nil || text == "":
		return "", err
	case of.IsSlice():
		return normalizeList(of, text)
	case of.Enum != "":
		return chosen(of, text), nil
	case of.Target.Type() == reflect.TypeFor[time.Duration]():
		return duration(text)
	case readsItself(of.Target):
		return text, nil
	case of.Target.CanInt():
		return decimal(text)
	case of.IsBool():
		return yesOrNo(text)
	}
	return text, nil
}

// readsItself reports whether a type unmarshals its own text.
func readsItself(v reflect.Value) bool {
	return v.CanAddr() && v.Addr().Type().Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// visible trims text, as files and secrets end with a newline and may begin with a byte-order mark.
// It refuses invisible characters inside.
func visible(text string) (string, error) {
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' })
	if !utf8.ValidString(text) {
		return "", errors.New("it is not UTF-8")
	}
	for _, r := range text {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return "", fmt.Errorf("it holds the control character %U; remove that", r)
		}
	}
	return text, nil
}

// normalizeList normalizes a list of texts between commas. It drops empty texts and duplicates.
func normalizeList(of *kong.Value, text string) (string, error) {
	var kept []string
	for _, part := range kong.SplitEscaped(text, of.Tag.Sep) {
		part = chosen(of, strings.TrimSpace(part))
		if part != "" && !slices.Contains(kept, part) {
			kept = append(kept, part)
		}
	}
	if len(kept) == 0 {
		return "", errors.New("it names nothing between its commas")
	}
	return kong.JoinEscaped(kept, of.Tag.Sep), nil
}

// chosen returns the choice that text names, ignoring case. Kong refuses any other text.
func chosen(of *kong.Value, text string) string {
	if of.Enum == "" {
		return text
	}
	for _, choice := range of.EnumSlice() {
		if strings.EqualFold(choice, text) {
			return choice
		}
	}
	return text
}

// decimal reads a decimal number. Kong would take 04110 for an octal one.
func decimal(text string) (string, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return "", fmt.Errorf("%q is not a whole number", text)
	}
	return strconv.FormatInt(n, 10), nil
}

func duration(text string) (string, error) {
	d, err := time.ParseDuration(text)
	if err == nil {
		return d.String(), nil
	}
	if n, notNumber := decimal(text); notNumber == nil {
		return "", fmt.Errorf("%q has no unit; write %ss for seconds", text, n)
	}
	return "", fmt.Errorf("%q is not a duration such as 10s or 1m30s", text)
}

func yesOrNo(text string) (string, error) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return "true", nil
	case "false", "no", "off", "0":
		return "false", nil
	}
	return "", fmt.Errorf("%q is neither true nor false", text)
}

// readDotEnv sets the variables of .env that are neither set nor overridden, if there is such a
// file. Its errors do not repeat a line, which may hold a password.
func readDotEnv(overridden map[string]bool) error {
	text, err := os.ReadFile(dotEnv)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("read .env: %w", causeOf(err))
	case isUTF16(text):
		return errors.New("read .env: it is UTF-16; save it as UTF-8")
	}
	values, err := godotenv.UnmarshalBytes(bytes.TrimPrefix(text, []byte("\uFEFF")))
	for name, value := range values {
		if _, isSet := os.LookupEnv(name); isSet || overridden[name] {
			delete(values, name)
		} else if err == nil {
			err = os.Setenv(name, value) // It refuses a line without a name.
		}
	}
	if err != nil {
		return errors.New("read .env: its lines must be of the form NAME=value")
	}
	return setRuntime(values)
}

// isUTF16 also recognizes UTF-16 without a byte-order mark, as every other byte of English is 0
// there.
func isUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte{0xFF, 0xFE}) || bytes.HasPrefix(text, []byte{0xFE, 0xFF}) ||
		bytes.IndexByte(text, 0) >= 0
}
