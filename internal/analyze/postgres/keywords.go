package postgres

import "strings"

// structural holds the keywords that are not reserved and yet are mostly
// syntax in the statements that the walker judges. The ledger does not ask for
// them as names, unless they stand next to a dot or in quotes. Words that are
// likely names of columns (name, value, key, type, data, password, path, error
// …) are left out on purpose: the walker enters them itself where the grammar
// has them as syntax.
var structural = words(`
	between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping int
	integer interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
	json_serialize json_table json_value least merge_action national nchar normalize nullif numeric overlay
	position precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes
	xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
	authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join left
	like natural notnull outer overlaps right similar tablesample verbose

	asensitive at breadth by call cascade conflict continue copy csv cube current cursor cycle declare delete
	delimiter delimiters depth double escape exclude execute explain filter first following force groups header
	hold insensitive insert last local locked matched materialized merge nested next nfc nfd nfkc nfkd no
	normalized nothing nowait nulls of ordinality others over overriding partition passing preceding prepare
	range recursive repeatable restart restrict rollup rows scroll search set sets skip stdin stdout system
	ties truncate uescape unbounded unknown update varying within without zone lock temp temporary move
	backward forward absolute relative prior
`)

func words(s string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}
