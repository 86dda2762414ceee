package rabbitmq

import "encoding/binary"

// sizes are how many bytes values have, by their type; -1 where their length comes first.
var sizes = map[byte]int{
	't': 1, 'b': 1, 'B': 1, 's': 2, 'u': 2, 'I': 4, 'i': 4, 'f': 4, 'l': 8, 'L': 8, 'd': 8,
	'T': 8, 'D': 5, 'V': 0, 'S': -1, 'x': -1, 'A': -1, 'F': -1,
}

// unknownType is the one of these that the library does not know.
const unknownType = 'L'

// sizeOfField is how many bytes a field has with its type.
func sizeOfField(field []byte) (int, error) {
	if len(field) == 0 {
		return 0, errFrame
	}
	size, ok := sizes[field[0]]
	if !ok {
		return 0, errFrame
	}
	if size < 0 {
		if len(field) < 5 {
			return 0, errFrame
		}
		size = 4 + int(binary.BigEndian.Uint32(field[1:]))
	}
	if len(field) < 1+size {
		return 0, errFrame
	}
	return 1 + size, nil
}

// isField reports whether the library can read a field, which is so deep in others.
func isField(field []byte, depth int) bool {
	if field[0] == unknownType {
		return false
	}
	if field[0] != 'A' && field[0] != 'F' {
		return true
	}
	if depth++; depth > nestedMost {
		return false
	}
	count := 0
	for rest := field[5:]; len(rest) > 0; count++ {
		if field[0] == 'F' {
			name := 1 + int(rest[0])
			if len(rest) < name {
				return false
			}
			rest = rest[name:]
		}
		size, err := sizeOfField(rest)
		if err != nil || !isField(rest[:size], depth) {
			return false
		}
		rest = rest[size:]
	}
	return count <= elementsMax
}
