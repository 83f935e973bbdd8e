package jsonscan

import "bytes"

// scalarKind tells what a text without quotes is.
func scalarKind(b []byte) Kind {
	switch b[0] {
	case 't':
		return match(b, "true", Literal)
	case 'f':
		return match(b, "false", Literal)
	case 'n':
		return match(b, "null", Literal)
	case 'N':
		return match(b, "NaN", Constant)
	case 'I':
		return match(b, "Infinity", Constant)
	case '-':
		if len(b) > 1 && b[1] == 'I' {
			return match(b, "-Infinity", Constant)
		}
	}
	if isNumber(b) {
		return Number
	}
	return Invalid
}

func match(b []byte, word string, k Kind) Kind {
	if string(b) == word {
		return k
	}
	return Invalid
}

// isNumber checks b against the grammar of JSON numbers.
func isNumber(b []byte) bool {
	i := 0
	if b[0] == '-' {
		i++
	}
	switch {
	case i == len(b):
		return false
	case b[i] == '0':
		i++
	case b[i] >= '1' && b[i] <= '9':
		i = digits(b, i)
	default:
		return false
	}
	if i < len(b) && b[i] == '.' {
		j := digits(b, i+1)
		if j == i+1 {
			return false
		}
		i = j
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		j := digits(b, i)
		if j == i {
			return false
		}
		i = j
	}
	return i == len(b)
}

// digits returns the index after the digits at b[i:].
func digits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

// isWordStart tells if b could become a scalar if the text went on.
func isWordStart(b []byte) bool {
	for _, w := range []string{"true", "false", "null", "NaN", "Infinity", "-Infinity"} {
		if len(b) < len(w) && string(b) == w[:len(b)] {
			return true
		}
	}
	return isNumber(append(bytes.Clone(b), '0'))
}

// ValidScalar tells if b is a number or a word of JSON (NaN and Infinity
// included, as Python has them), and if it is a number.
func ValidScalar(b []byte) (number, ok bool) {
	if len(b) == 0 {
		return false, false
	}
	k := scalarKind(b)
	return k == Number, k != Invalid
}
