package postgres

import (
	_ "embed"
	"reflect"
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/analyze/kinds"
)

//go:embed builtin/statements.txt
var statementsText string

var (
	statementKinds = kinds.Read(statementsText)
	kindReasons    = kinds.Reasons(statementKinds)
)

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
