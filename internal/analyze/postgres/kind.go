package postgres

import (
	_ "embed"
	"fmt"
	"reflect"
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"
)

// kind is a line of the table of statements (builtin/statements.txt).
type kind struct {
	group string   // the heading that it stands under
	names string   // as people write them
	nodes []string // types of the tree
	needs string
	why   string // unrestricted is needed, or for what of it
}

const (
	needsUnrestricted = "unrestricted"
	needsNothingHelps = "not read"
)

//go:embed builtin/statements.txt
var statementsText string

var (
	kinds       = readKinds(statementsText)
	kindReasons = reasonsByNode(kinds)
)

func readKinds(text string) []kind {
	var out []kind
	group := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			group = strings.TrimSpace(line[1:])
		case line != "":
			f := strings.Split(line, " | ")
			if len(f) < 3 || len(f) > 4 || len(f) == 3 && (f[2] == needsUnrestricted || f[2] == needsNothingHelps) {
				panic(fmt.Sprintf("builtin/statements.txt: %q is no line", line))
			}
			k := kind{group: group, names: f[0], needs: f[2]}
			if f[1] != "-" {
				k.nodes = strings.Split(f[1], ", ")
			}
			if len(f) == 4 {
				k.why = f[3]
			}
			out = append(out, k)
		}
	}
	return out
}

// reasonsByNode says of each type of the tree that is never judged why.
func reasonsByNode(kinds []kind) map[string]string {
	m := make(map[string]string)
	for i := range kinds {
		for _, node := range kinds[i].nodes {
			if k := &kinds[i]; k.needs == needsUnrestricted && m[node] == "" {
				m[node] = k.why
			}
		}
	}
	return m
}

// kindNames are the kinds whose command tag is not the words of their node.
var kindNames = map[string]string{
	"Create": "CREATE TABLE", "View": "CREATE VIEW", "Index": "CREATE INDEX", "Rule": "CREATE RULE",
	"CreateSeq": "CREATE SEQUENCE", "AlterSeq": "ALTER SEQUENCE",
	"CreatePLang": "CREATE LANGUAGE", "Createdb": "CREATE DATABASE", "Dropdb": "DROP DATABASE",
	"CompositeType": "CREATE TYPE", "CreateEnum": "CREATE TYPE", "CreateRange": "CREATE TYPE", "Define": "CREATE",
	"SecLabel": "SECURITY LABEL", "RefreshMatView": "REFRESH MATERIALIZED VIEW", "CheckPoint": "CHECKPOINT",
	"Rename": "ALTER", "AlterOwner": "ALTER", "AlterObjectSchema": "ALTER", "AlterObjectDepends": "ALTER",
	"AlterEnum": "ALTER TYPE", "GrantRole": "GRANT ROLE", "AlterFdw": "ALTER FOREIGN DATA WRAPPER",
	"CreateFdw": "CREATE FOREIGN DATA WRAPPER", "CreateStats": "CREATE STATISTICS", "AlterStats": "ALTER STATISTICS",
	"CreateEventTrig": "CREATE EVENT TRIGGER", "AlterEventTrig": "ALTER EVENT TRIGGER", "CreateForeignServer": "CREATE SERVER",
	"AlterForeignServer": "ALTER SERVER", "CreateAm": "CREATE ACCESS METHOD", "CreateOpClass": "CREATE OPERATOR CLASS",
	"CreateOpFamily": "CREATE OPERATOR FAMILY", "AlterOpFamily": "ALTER OPERATOR FAMILY", "CreateTableSpace": "CREATE TABLESPACE",
	"AlterTableSpace": "ALTER TABLESPACE", "DropTableSpace": "DROP TABLESPACE", "AlterCompositeType": "ALTER TYPE",
	"AlterTSConfiguration": "ALTER TEXT SEARCH CONFIGURATION", "AlterTSDictionary": "ALTER TEXT SEARCH DICTIONARY",
	"AlterRoleSet": "ALTER ROLE", "AlterDatabaseSet": "ALTER DATABASE", "AlterDatabaseRefreshColl": "ALTER DATABASE",
	"AlterExtensionContents": "ALTER EXTENSION", "AlterTableMoveAll": "ALTER TABLE",
}

// kindName is a statement's kind as the server's command tag has it, or nearly.
func kindName(n ast.Stmt) string {
	switch n := n.(type) {
	case *ast.DropStmt:
		return "DROP " + strings.ToUpper(strings.ReplaceAll(n.RemoveType.String(), "_", " "))
	case *ast.GrantStmt:
		if !n.IsGrant {
			return "REVOKE"
		}
	case *ast.VacuumStmt:
		if !n.IsVacuumcmd {
			return "ANALYZE"
		}
	}
	name := strings.TrimSuffix(nodeName(n), "Stmt")
	if tag := kindNames[name]; tag != "" {
		return tag
	}
	var b strings.Builder
	for i, c := range name {
		if i > 0 && c >= 'A' && c <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return strings.ToUpper(b.String())
}

func nodeName(n ast.Node) string { return reflect.TypeOf(n).Elem().Name() }
