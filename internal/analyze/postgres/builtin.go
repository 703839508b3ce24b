package postgres

// This file answers what the server's own objects need: functions of
// pg_catalog, relations of pg_catalog and information_schema, and settings.
// Beside them stand the known extensions.
// The answers are lists in builtin/*.txt, reviewed by hand; what is not on a
// list is denied. The reference is what PostgreSQL permits to a role that
// holds no grants, made stricter where the proxy's own role may be a
// superuser and would be shown more.
//
// Every name here is as the catalogue has it: folded, unquoted, truncated.

// class is what an object of the server's own needs. The zero class is denied.
type class uint8

const (
	classDenied  class = iota // unknown, or outside what grants can express
	classFree                 // everybody may
	classSpecial              // a function whose arguments must be looked at
	classColumns              // a relation of which only some columns are free
)

// special says what must be looked at in the call of a classSpecial function.
type special uint8

const (
	specialNone      special = iota
	specialNextval           // nextval(regclass): usage or update on the sequence
	specialCurrval           // currval(regclass): usage or select on the sequence
	specialSetval            // setval(regclass, …): update on the sequence
	specialSetConfig         // set_config(name, value, is_local): as SET
	specialShow              // current_setting(name [, missing_ok]): as SHOW
	specialRewrite           // ts_rewrite: free with three arguments; with two it runs SQL given as text
	specialSleep             // pg_sleep(seconds): no longer than the upstream's max_sleep
)

// functionClass classifies a function of pg_catalog or information_schema by
// its name, every overload alike. The special is specialNone unless the class
// is classSpecial.
//
// It says nothing of a function of another schema with the same name: resolve
// first, and ask here only of what the server itself brings.
func functionClass(schema, name string) (class, special) {
	r := builtinFunctions[objectKey{schema, name}]
	return r.class, r.special
}

// functionReason says why a function of the server's own is denied.
func functionReason(schema, name string) string {
	if r, ok := builtinFunctions[objectKey{schema, name}]; ok {
		return r.reason
	}
	return "it is not on the list of harmless functions"
}

// extensionClass classifies a function of an extension: classFree, classDenied
// with the reason, or, where known is false, as one of the user's own.
func extensionClass(extension, function string) (c class, reason string, known bool) {
	r, known := knownExtensions[extensionKey{extension, function}]
	if !known {
		r, known = knownExtensions[extensionKey{extension, ""}]
	}
	return r.class, r.reason, known
}

// isSystemSchema reports whether objects of the schema are the server's own,
// so that a grant with "*" does not reach them. It is true of pg_toast too
// (TOAST tables hold other tables' data) and of every other name that the
// server keeps for itself ("pg_…"), but for the temporary schemas, which the
// session's own objects live in.
func isSystemSchema(schema string) bool {
	if schema == "information_schema" {
		return true
	}
	return len(schema) >= 3 && schema[:3] == "pg_" && !isTempSchema(schema)
}

func isTempSchema(schema string) bool {
	return schema == "pg_temp" || len(schema) > 8 && schema[:8] == "pg_temp_"
}

// catalogRelation classifies reading a relation of pg_catalog or
// information_schema. With classColumns the slice names the columns that are
// free (the caller must not change it); every other column, system columns and
// the whole row included, is denied. Only reading is ever free.
func catalogRelation(schema, name string) (class, []string) {
	r, ok := builtinRelations[objectKey{schema, name}]
	if !ok {
		return classDenied, nil
	}
	return r.class, r.columns
}

// settingRule returns what a session may do to a setting, at start-up, with
// SET, set_config or RESET. Names are compared as the server does, without
// regard to ASCII case. An unknown name, and every custom setting (a name with
// a dot), gets the zero rule, which permits nothing: row security policies of
// the user's trust custom settings, so that setting one could widen access.
func settingRule(name string) rule {
	return builtinSettings[foldSetting(name)].rule
}

// settingReadable reports whether SHOW and current_setting may show a setting.
// Never one that PostgreSQL hides from plain roles, since the proxy's own role
// may be a superuser.
func settingReadable(name string) bool {
	return builtinSettings[foldSetting(name)].readable
}
