package mysql

import (
	_ "embed"
	"fmt"
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/internal/analyze/kinds"
)

// The table of statements says of each kind what it needs.

//go:embed builtin/statements.txt
var statementsText string

var (
	statementKinds = kinds.Read(statementsText)
	kindReasons    = kinds.Reasons(statementKinds)
)

// kindName is a statement's kind in words, and the name of its node.
func kindName(n sqlparser.Statement) (name, node string) {
	node = strings.TrimPrefix(fmt.Sprintf("%T", n), "*sqlparser.")
	var b strings.Builder
	for i, c := range strings.TrimSuffix(node, "Stmt") {
		if i > 0 && c >= 'A' && c <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return strings.ToUpper(b.String()), node
}
