package postgres

import (
	"strings"
	"testing"
)

func TestWhatIsNotListedIsDenied(t *testing.T) {
	if c, s := functionClass(catalogSchema, "no_such_function"); c != classDenied || s != specialNone {
		t.Errorf("an unknown function is %v, %v", c, s)
	}
	if c, cols := catalogRelation("pg_catalog", "no_such_relation"); c != classDenied || cols != nil {
		t.Errorf("an unknown relation is %v, %v", c, cols)
	}
	if c, _ := catalogRelation("public", "pg_class"); c != classDenied {
		t.Errorf("public.pg_class is %v", c)
	}
	for _, name := range []string{"no_such_setting", "app.user_id", ""} {
		r := settingRule(name)
		if r.permits("on") || r.permits("") || r.resettable() || settingReadable(name) {
			t.Errorf("the setting %q may be touched", name)
		}
	}
}

// The functions that reach outside a scope, by the reason for which they do.
// None may ever get onto the list, by its own name or by a pattern.
func TestDangerousFunctionsAreDenied(t *testing.T) {
	dangerous := map[string][]string{
		"run SQL given as text, or read relations named in it": {
			"query_to_xml", "query_to_xmlschema", "query_to_xml_and_xmlschema", "table_to_xml", "table_to_xmlschema",
			"table_to_xml_and_xmlschema", "schema_to_xml", "schema_to_xmlschema", "schema_to_xml_and_xmlschema",
			"database_to_xml", "database_to_xmlschema", "database_to_xml_and_xmlschema", "cursor_to_xml",
			"cursor_to_xmlschema", "ts_stat", "currtid2", "pg_input_is_valid"},
		"time without bound": {"pg_sleep_for", "pg_sleep_until"},
		"files": {"pg_read_file", "pg_read_binary_file", "pg_read_file_old", "pg_stat_file", "pg_ls_dir",
			"pg_current_logfile", "pg_config", "pg_hba_file_rules", "pg_ident_file_mappings", "pg_show_all_file_settings",
			"pg_export_snapshot", "pg_import_system_collations", "pg_tablespace_databases"},
		"large objects":  {"loread", "lowrite"},
		"other sessions": {"pg_cancel_backend", "pg_terminate_backend", "pg_log_backend_memory_contexts"},
		"the server": {"pg_reload_conf", "pg_rotate_logfile", "pg_rotate_logfile_old", "pg_switch_wal", "pg_promote",
			"pg_create_restore_point", "pg_backup_start", "pg_backup_stop", "pg_start_backup", "pg_stop_backup",
			"pg_wal_replay_pause", "pg_wal_replay_resume", "pg_nextoid", "pg_extension_config_dump",
			"pg_stop_making_pinned_objects", "pg_drop_replication_slot", "pg_replication_slot_advance"},
		"data of relations":        {"pg_mcv_list_items", "pg_sequence_last_value", "pg_get_sequence_data", "pg_sequence_parameters"},
		"settings":                 {"pg_show_all_settings"},
		"maintenance of relations": {"brin_summarize_new_values", "brin_summarize_range", "brin_desummarize_range", "gin_clean_pending_list"},
	}
	for why, names := range dangerous {
		for _, name := range names {
			if c, _ := functionClass(catalogSchema, name); c != classDenied {
				t.Errorf("%s is %v: functions for %s must be denied", name, c, why)
			}
		}
	}
	prefixes := []string{"lo_", "pg_ls_", "pg_read_", "pg_logical_", "pg_replication_", "pg_create_", "pg_copy_",
		"pg_stat_get_backend", "pg_stat_get_activity", "pg_stat_get_wal_", "pg_stat_get_progress",
		"pg_stat_get_subscription", "pg_stat_reset", "pg_restore_", "pg_clear_", "binary_upgrade_", "dblink", "RI_FKey",
		"pg_get_shmem", "pg_get_backend", "pg_get_wal_s", "pg_get_wal_replay", "pg_wal_summary", "pg_available_wal", "pg_sync_"}
	for key, rule := range builtinFunctions {
		name := key.name
		if rule.class != classFree {
			continue
		}
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) {
				t.Errorf("%s is on the list; no function %s… may be", name, p)
			}
		}
		if strings.Contains(name, "_to_xml") {
			t.Errorf("%s is on the list; it reads what a text names", name)
		}
	}
}

func TestSpecialFunctions(t *testing.T) {
	for name, want := range map[string]special{
		"nextval": specialNextval, "currval": specialCurrval, "setval": specialSetval,
		"set_config": specialSetConfig, "current_setting": specialShow, "ts_rewrite": specialRewrite, "pg_sleep": specialSleep,
	} {
		if c, s := functionClass(catalogSchema, name); c != classSpecial || s != want {
			t.Errorf("%s is %v, %v, want special %v", name, c, s, want)
		}
	}
	for key, rule := range builtinFunctions {
		if rule.class == classSpecial && rule.special == specialNone {
			t.Errorf("%s is listed as special, and nothing looks at its arguments", key.name)
		}
		if rule.class == classDenied && rule.reason == "" {
			t.Errorf("%s is denied without a reason", key.name)
		}
	}
	if c, s := functionClass(catalogSchema, "lower"); c != classFree || s != specialNone {
		t.Errorf("lower is %v, %v", c, s)
	}
}

func TestCatalogRelations(t *testing.T) {
	for _, tt := range []struct {
		schema, name string
		want         class
	}{
		{"pg_catalog", "pg_class", classFree},
		{"information_schema", "columns", classFree},
		{"pg_catalog", "pg_authid", classDenied},
		{"pg_catalog", "pg_statistic", classDenied},
		{"pg_catalog", "pg_stats", classDenied},
		{"pg_catalog", "pg_stat_activity", classColumns},
		{"pg_catalog", "pg_user_mapping", classDenied},
		{"information_schema", "user_mapping_options", classDenied},
		{"pg_catalog", "pg_settings", classColumns},
		{"pg_catalog", "pg_sequences", classColumns},
	} {
		if got, _ := catalogRelation(tt.schema, tt.name); got != tt.want {
			t.Errorf("%s.%s is %v, want %v", tt.schema, tt.name, got, tt.want)
		}
	}
	_, columns := catalogRelation("pg_catalog", "pg_settings")
	for _, c := range columns {
		if c == "setting" || c == "boot_val" || c == "reset_val" || strings.HasPrefix(c, "source") {
			t.Errorf("pg_settings.%s is free, and may hold a secret", c)
		}
	}
}

func TestSystemSchemas(t *testing.T) {
	for schema, want := range map[string]bool{
		"pg_catalog": true, "information_schema": true, "pg_toast": true, "pg_toast_temp_3": true,
		"pg_anything": true, "pg_temp_3": false, "pg_temp": false, "public": false, "pgx": false, "pg": false, "": false,
	} {
		if isSystemSchema(schema) != want {
			t.Errorf("isSystemSchema(%q) is %v", schema, !want)
		}
	}
}

func TestSettingRules(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		want        bool
	}{
		{"application_name", "it's \"mine\"", true},
		{"APPLICATION_NAME", "x", true},
		{"timezone", "Europe/Vienna", true},
		{"TimeZone", "UTC", true},
		{"client_encoding", "UTF8", true},
		{"client_encoding", "utf-8", true},
		{"client_encoding", "SJIS", false},
		{"client_encoding", "LATIN1", false},
		{"standard_conforming_strings", "on", true},
		{"standard_conforming_strings", "TRUE", true},
		{"standard_conforming_strings", "off", false},
		{"standard_conforming_strings", "0", false},
		{"backslash_quote", "on", false},
		{"default_tablespace", "", true},
		{"default_tablespace", "fast", false},
		{"role", "postgres", false},
		{"session_authorization", "postgres", false},
		{"session_replication_role", "replica", false},
		{"search_path", "public", false}, // the caller's to judge
		{"log_statement", "none", false},
		{"local_preload_libraries", "x", false},
		{"plpgsql.variable_conflict", "error", false},
		{"app.tenant", "7", false},
	} {
		if got := settingRule(tt.name).permits(tt.value); got != tt.want {
			t.Errorf("%s = %q permitted: %v, want %v", tt.name, tt.value, got, tt.want)
		}
	}
	if settingRule("Search_Path").kind != ruleSearchPath {
		t.Error("search_path has lost its rule")
	}
	if !settingRule("client_encoding").resettable() || settingRule("log_statement").resettable() || !settingRule("role").resettable() {
		t.Error("RESET is for settings that may be set, and for no other")
	}
}

func TestSettingReadable(t *testing.T) {
	for name, want := range map[string]bool{
		"server_version": true, "SERVER_VERSION": true, "transaction_isolation": true, "search_path": true,
		"max_identifier_length": true, "DateStyle": true, "is_superuser": true,
		"data_directory": false, "hba_file": false, "primary_conninfo": false, "archive_command": false,
		"ssl_key_file": false, "Data_Directory": false, "app.tenant": false, "all": false,
	} {
		if settingReadable(name) != want {
			t.Errorf("settingReadable(%q) is %v", name, !want)
		}
	}
}

// The judge asks these on every statement.
func TestLookupsDoNotAllocate(t *testing.T) {
	n := testing.AllocsPerRun(100, func() {
		functionClass(catalogSchema, "lower")
		catalogRelation("pg_catalog", "pg_settings")
		settingReadable("search_path")
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
