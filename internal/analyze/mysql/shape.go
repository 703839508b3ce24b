package mysql

import (
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
)

// dialect is what the shapes of texts go by. A string in double quotes is left
// to be compared byte for byte, as is whatever holds a comment.
var dialect = shape.Dialect{Name: '`', Opaque: opaque, Value: isValue}

func opaque(text []byte, i int) bool {
	switch c := text[i]; {
	case c == '"' || c == '#':
		return true
	case i+1 == len(text):
		return false
	default:
		return c == '-' && text[i+1] == '-' || c == '/' && text[i+1] == '*'
	}
}

// isValue says that the string at i stands where only a value can. Elsewhere
// it may be a name: an alias (sql_yacc.yy, select_alias), a character set.
func isValue(text []byte, i int) bool {
	end := i
	for end > 0 && (text[end-1] == ' ' || text[end-1] >= '\t' && text[end-1] <= '\r') {
		end--
	}
	if end == 0 {
		return false
	}
	switch text[end-1] {
	case '=', '<', '>', '(', ',', '+', '-', '%':
		return true
	}
	start := end
	for start > 0 && wordByte(text[start-1]) {
		start--
	}
	if end == i || start > 0 && (text[start-1] == '.' || text[start-1] == '@') {
		return false
	}
	return beforeValue(text[start:end])
}

// beforeValue lists reserved words behind which a string is a value.
func beforeValue(word []byte) bool {
	if len(word) > len("between") {
		return false
	}
	var low [len("between")]byte
	for i, c := range word {
		low[i] = c | 0x20
	}
	switch string(low[:len(word)]) {
	case "and", "between", "else", "like", "or", "select", "then", "when":
		return true
	}
	return false
}
