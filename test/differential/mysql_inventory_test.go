package differential

import (
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/client"
)

// readMySQLInventory reads what is there, but for the schemas that no scope
// names.
func readMySQLInventory(conn *client.Conn) (*inventory, error) {
	v := newInventory(10)
	const user = " NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema', 'vault') "
	for _, part := range []struct {
		sql string
		row func([]string)
	}{
		{"SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME" + user + "ORDER BY 1",
			func(f []string) { v.schemas = append(v.schemas, f[0]) }},
		{"SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA" + user + "ORDER BY 1, 2",
			func(f []string) {
				kind := map[string]string{"VIEW": "v", "SEQUENCE": "S"}[f[2]]
				if kind == "" {
					kind = "r"
				}
				v.relations[f[0]] = append(v.relations[f[0]], &relation{schema: f[0], name: f[1], kind: kind})
			}},
		{"SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA" + user + "ORDER BY 1, 2, ORDINAL_POSITION",
			func(f []string) {
				use := ""
				if strings.Contains(f[4], "GENERATED") {
					use = "generated"
				}
				r := v.find(f[0], f[1])
				r.columns = append(r.columns, column{f[2], mysqlType(f[3]), use})
			}},
		{"SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DATA_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA" + user + "ORDER BY 1, 2",
			func(f []string) {
				v.functions[f[0]] = append(v.functions[f[0]], &function{schema: f[0], name: f[1], kind: f[2],
					signature: backquote(f[0]) + "." + backquote(f[1]), result: mysqlType(f[3])})
			}},
		{"SELECT SPECIFIC_SCHEMA, SPECIFIC_NAME, ROUTINE_TYPE, DATA_TYPE FROM information_schema.PARAMETERS WHERE SPECIFIC_SCHEMA" + user +
			"AND ORDINAL_POSITION > 0 ORDER BY 1, 2, ORDINAL_POSITION",
			func(f []string) {
				for _, fn := range v.functions[f[0]] {
					if fn.name == f[1] && fn.kind == f[2] {
						fn.args = append(fn.args, mysqlType(f[3]))
					}
				}
			}},
	} {
		result, err := conn.Execute(part.sql)
		if err != nil {
			return nil, err
		}
		for i := range result.RowNumber() {
			fields := make([]string, result.ColumnNumber())
			for j := range fields {
				field, err := result.GetString(i, j)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", part.sql, err)
				}
				fields[j] = strings.Clone(field)
			}
			part.row(fields)
		}
		result.Close()
	}
	return v, nil
}

// mysqlType groups types as the grammars know them.
func mysqlType(name string) string {
	switch strings.ToLower(name) {
	case "int", "bigint", "tinyint", "smallint":
		return "integer"
	case "varchar", "text", "longtext", "char":
		return "text"
	case "decimal":
		return "numeric"
	}
	return name
}
