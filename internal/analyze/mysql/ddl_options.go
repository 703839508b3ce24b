package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"
)

// plainEngines keep their rows in files of the server's own choice. Others
// read other tables, files or servers, as their tables' options and comments
// say: FEDERATED, CONNECT, SPIDER, MERGE, S3, SPHINX.
var plainEngines = map[string]bool{
	"innodb": true, "myisam": true, "aria": true, "memory": true, "heap": true, "archive": true, "blackhole": true, "csv": true,
	"rocksdb": true,
}

// engine judges ENGINE.
func (a *analysis) engine(name string) {
	name = unquoted(name)
	a.saw(name)
	if !plainEngines[strings.ToLower(name)] {
		a.unrestricted("ENGINE %s may reach outside of the table", name)
	}
}

// plainEngine refuses to change or copy a table whose options and comments may
// reach outside.
func (a *analysis) plainEngine(rel *relation) {
	if rel.Kind == 'r' && !isSystemSchema(rel.Schema) && !plainEngines[strings.ToLower(rel.Engine)] {
		a.unrestricted("%s.%s is kept by the engine %s, which may reach outside of the table", rel.Schema, rel.Name, rel.Engine)
	}
}

// tableOptions judges what stands behind the columns. What is not listed names
// files, servers or other tables.
func (a *analysis) tableOptions(list sqlparser.TableOptions) {
	for _, o := range list {
		switch name := strings.ToLower(o.Name); name {
		case "engine":
			a.engine(o.String)
		case "charset", "character set", "character", "collate":
			a.saw(unquoted(o.String))
		case "auto_increment", "avg_row_length", "checksum", "comment", "compression", "delay_key_write", "encryption",
			"key_block_size", "max_rows", "min_rows", "pack_keys", "row_format", "stats_auto_recalc", "stats_persistent",
			"stats_sample_pages":
			a.saw(o.String)
		default:
			a.part.Secret = a.part.Secret || name == "password" || name == "connection"
			a.unrestricted("the option %s reaches outside of the table, or has no meaning here", strings.ToUpper(o.Name))
		}
	}
}
