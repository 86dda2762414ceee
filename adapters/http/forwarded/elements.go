package forwarded

import "strings"

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// tokenLetters are those of a token (RFC 9110, section 5.6.2).
const tokenLetters = letters + "!#$%&'*+-.^_`|~"

// elements returns the node of each element of a line of the header Forwarded (RFC 7239, section
// 4); the empty text for an element that names none. A line that is not of this form has none.
func elements(line string) (nodes []string, ok bool) {
	s := scanner{line}
	for {
		node, ok := s.element()
		if !ok {
			return nil, false
		}
		if node != nil {
			nodes = append(nodes, *node)
		}
		if s.rest == "" {
			return nodes, true
		}
		if !s.skip(',') {
			return nil, false
		}
	}
}

// A scanner reads a line from its beginning. Only from there is it clear what is quoted.
type scanner struct{ rest string }

// element reads pairs up to a comma or the end. An empty element, as lists may have, is nil.
func (s *scanner) element() (node *string, ok bool) {
	seen := map[string]bool{}
	for {
		s.rest = strings.TrimLeft(s.rest, blanks)
		if name := strings.ToLower(s.token()); name != "" {
			value, ok := s.value()
			if !ok || seen[name] { // Each name comes at most once.
				return nil, false
			}
			seen[name] = true
			if node == nil {
				node = new("")
			}
			if name == "for" {
				node = &value
			}
		}
		s.rest = strings.TrimLeft(s.rest, blanks)
		if !s.skip(';') {
			return node, s.rest == "" || s.rest[0] == ','
		}
	}
}

// skip skips one character, if it is c.
func (s *scanner) skip(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) token() string {
	end := len(s.rest) - len(strings.TrimLeft(s.rest, tokenLetters))
	token := s.rest[:end]
	s.rest = s.rest[end:]
	return token
}

// value reads what follows the name of a pair: an equals sign and a token or a quoted text.
func (s *scanner) value() (value string, ok bool) {
	if !s.skip('=') {
		return "", false
	}
	if !s.skip('"') {
		value = s.token()
		return value, value != ""
	}
	var text []byte
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			s.rest = s.rest[i+1:]
			return string(text), true
		case c == '\\' && i+1 < len(s.rest):
			i++
			text = append(text, s.rest[i])
		default:
			text = append(text, c)
		}
	}
	return "", false
}
