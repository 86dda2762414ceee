package oidc

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Limits of a token.
const (
	tokenMax = 8 << 10 // Bytes: what the headers of a request may have.
	depthMax = 8       // Levels of objects and lists in its JSON.
	kidMax   = 255     // Bytes.
)

// A token is a signed JSON Web Token whose form is right. Nothing of it is proven.
type token struct {
	alg, kid  string
	claims    claims
	signed    string // What the signature is of.
	signature []byte
}

var errForm = refuse("the token is not a signed JSON Web Token")

// parse reads the form of a token. Only the one way to write it that RFC 7515 has is accepted, so
// that nobody reads the same bytes otherwise.
func parse(text string) (token, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return token{}, errForm
	}
	header, err := object(parts[0])
	if err != nil {
		return token{}, err
	}
	t := token{signed: text[:len(parts[0])+1+len(parts[1])]}
	if err := t.read(header); err != nil {
		return token{}, err
	}
	if t.claims, err = object(parts[1]); err != nil {
		return token{}, err
	}
	if t.signature, err = decode(parts[2]); err != nil {
		return token{}, errForm
	}
	return t, nil
}

// read takes what it needs from the header. Keys in it, and where to find some (jwk, jku, x5c,
// x5u), are not looked at: whoever writes a token could name their own.
func (t *token) read(header claims) error {
	t.alg, _ = header["alg"].(string)
	t.kid, _ = header["kid"].(string)
	_, isCritical := header["crit"] // No extension is known here (RFC 7515, section 4.1.11).
	_, isUnencoded := header["b64"] // RFC 7797.
	switch {
	case !isAllowed(t.alg):
		return refuse("the algorithm of the token is not allowed")
	case isCritical || isUnencoded:
		return refuse("the header of the token has an extension that is not known here")
	case !isAccessToken(header):
		return refuse("the type of the token is not at+jwt or JWT")
	case !isName(t.kid) || len(t.kid) > kidMax:
		return refuse("the token does not name its key by a kid")
	}
	return nil
}

// isAccessToken reports whether the typ of a header is absent, or that of an access token.
func isAccessToken(header claims) bool {
	typ, has := header["typ"]
	text, _ := typ.(string)
	full := strings.ToLower(text)
	if !strings.Contains(full, "/") {
		full = "application/" + full // RFC 7515, section 4.1.9.
	}
	return !has || full == "application/at+jwt" || full == "application/jwt"
}

var strict = base64.RawURLEncoding.Strict()

func decode(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, errForm // The decoder would pass them over.
	}
	return strict.DecodeString(part)
}

// object decodes a part that is a JSON object. No name may come twice in an object.
func object(part string) (claims, error) {
	text, err := decode(part)
	if err != nil {
		return nil, errForm
	}
	var read map[string]any
	err = json.Unmarshal(text, &read, json.WithUnmarshalers(boundedDepth))
	switch {
	case errors.Is(err, errDepth):
		return nil, refuse("the JSON of the token is nested too deeply")
	case errors.Is(err, jsontext.ErrDuplicateName):
		return nil, refuse("the JSON of the token has a name twice")
	case err != nil || read == nil:
		return nil, errForm
	}
	return read, nil
}

var errDepth = errors.New("too deep")

// boundedDepth lets the decoder go on with each value that is not nested too deeply.
var boundedDepth = json.UnmarshalFromFunc(func(d *jsontext.Decoder, _ *any) error {
	if d.StackDepth() > depthMax {
		return errDepth
	}
	return errors.ErrUnsupported
})
