package postgres

import (
	"slices"
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// This file asks for USAGE on the schemas in which names are looked up where
// nothing else is asked of what they name (LookupExplicitNamespace,
// namespace.c): types, operators and collations written with a schema, and
// names inside literals that become OIDs.

// usage notes that a name is looked up in a schema. Those of the server's own
// are open to everybody, as are others where PUBLIC has the right.
func (w *walker) usage(schema string) {
	ns := w.env.Catalog.Schemas[schema]
	if ns == nil || ns.Public || isSystemSchema(schema) || isTempSchema(schema) {
		return
	}
	for i := range w.accesses {
		if a := &w.accesses[i]; a.Kind == policy.KindSchema && a.Op == policy.Usage && a.Schema == schema {
			return
		}
	}
	w.accesses = append(w.accesses, access{Access: policy.Access{
		Kind: policy.KindSchema, Op: policy.Usage, Schema: schema, Pos: w.pos(schema),
	}})
}

// implied reports whether an access is the looking up of a name in a schema of
// which more is asked.
func (w *walker) implied(a *access) bool {
	return a.Kind == policy.KindSchema && a.Op == policy.Usage && slices.ContainsFunc(w.accesses, func(o access) bool {
		return o.Schema == a.Schema && o.Kind != policy.KindSchema && !o.Free
	})
}

// namingTypes are the types whose values are written as names (regproc.c).
var namingTypes = words("regclass regcollation regconfig regdictionary regoper regoperator regproc regprocedure regtype")

// namingFunctions take such names, as one of those types or as text.
var namingFunctions = words(`currval json_to_tsvector jsonb_to_tsvector nextval pg_basetype pg_column_is_updatable
	pg_get_replica_identity_index pg_index_column_has_property pg_index_has_property pg_indexes_size pg_partition_ancestors
	pg_partition_root pg_partition_tree pg_relation_filenode pg_relation_filepath pg_relation_is_publishable
	pg_relation_is_updatable pg_relation_size pg_table_size pg_total_relation_size phraseto_tsquery plainto_tsquery setval
	to_tsquery to_tsvector ts_debug ts_headline ts_lexize websearch_to_tsquery
	has_any_column_privilege has_column_privilege has_function_privilege has_sequence_privilege has_table_privilege
	has_type_privilege pg_get_serial_sequence pg_get_viewdef row_security_active to_regclass to_regcollation to_regoper
	to_regoperator to_regproc to_regprocedure to_regtype to_regtypemod ts_parse ts_token_type`)

// named judges a literal that is cast to a type of names.
func (w *walker) named(t *ast.TypeName, value ast.Node) {
	if t == nil {
		return
	}
	if name, _ := lastField(t.Names); namingTypes[name] {
		w.literalName(value)
	}
}

// namesIn judges the literals among the arguments of a function that takes
// names.
func (w *walker) namesIn(function string, args []ast.Node) {
	if !namingFunctions[function] {
		return
	}
	for _, n := range args {
		w.literalName(n)
	}
}

// space is what scanner_isspace takes for white space (scansup.c).
const space = " \t\n\r\f\v"

// literalName asks for the schema of a name in a literal. Whatever follows the
// schema, a name, brackets or arguments, is not read: a name that does not
// exist is the server's to report.
func (w *walker) literalName(n ast.Node) {
	c, ok := n.(*ast.A_Const)
	if !ok || c.Isnull {
		return
	}
	s, ok := c.Val.(*ast.String)
	if !ok {
		return
	}
	w.literal = true
	if schema, rest, ok := cutName(strings.TrimLeft(s.SVal, space)); ok {
		if rest = strings.TrimLeft(rest, space); rest != "" && rest[0] == '.' {
			w.usage(truncate(schema))
		}
	}
}

// collation enters the name of a collation, or of an operator class.
func (w *walker) collation(list *ast.NodeList) {
	if names, ok := w.qualified(list); ok && len(names) == 2 {
		w.usage(names[0])
	}
}
