package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/policy"
)

// Every way to change a setting goes through the same judge.

// refusedSettings may not be given these values by a token of any scope.
var refusedSettings = [][2]string{
	{"role", "postgres"}, {"role", "none"}, {"session_authorization", "postgres"}, {"session_replication_role", "replica"},
	{"standard_conforming_strings", "off"}, {"client_encoding", "SJIS"}, {"client_encoding", "LATIN1"}, {"backslash_quote", "on"},
	{"log_statement", "none"}, {"log_min_messages", "panic"}, {"local_preload_libraries", "x"}, {"session_preload_libraries", "x"},
	{"dynamic_library_path", "/tmp"}, {"default_tablespace", "fast"}, {"temp_tablespaces", "fast"}, {"password_encryption", "md5"},
	{"allow_system_table_mods", "on"}, {"ignore_system_indexes", "on"}, {"zero_damaged_pages", "on"}, {"is_superuser", "on"},
	{"debug_print_plan", "on"}, {"tcp_keepalives_idle", "1"}, {"krb_server_keyfile", "x"}, {"archive_command", "x"},
	{"app.tenant", "7"}, {"plpgsql.variable_conflict", "error"}, {"pg_stat_statements.track", "none"}, {"no_such_setting", "1"},
}

var permittedSettings = [][2]string{
	{"application_name", "x"}, {"statement_timeout", "5s"}, {"TimeZone", "Europe/Vienna"}, {"work_mem", "4MB"}, {"datestyle", "ISO, DMY"},
	{"row_security", "off"}, {"standard_conforming_strings", "on"}, {"default_transaction_read_only", "on"}, {"lock_timeout", "1"},
	{"client_min_messages", "warning"}, {"extra_float_digits", "3"}, {"pg_trgm.similarity_threshold", "0.5"},
}

// ways are the statements that give a setting a value. A name is written with
// and without quotes, in either case.
var ways = []string{
	"SET %[1]s = '%[2]s'", "SET %[1]s TO '%[2]s'", "SET SESSION %[1]s = '%[2]s'", "SET LOCAL %[1]s TO '%[2]s'",
	"SELECT set_config('%[1]s', '%[2]s', false)", "SELECT pg_catalog.set_config('%[1]s', '%[2]s', true)",
	"SELECT set_config('%[1]s'::text, '%[2]s', false) FROM orders", "BEGIN; SET LOCAL %[1]s = '%[2]s'",
}

// resets give it back its first value.
var resets = []string{"RESET %s", "SET %s TO DEFAULT", "SET LOCAL %s = DEFAULT"}

func spellings(name string) []string {
	if strings.Contains(name, ".") {
		return []string{name, strings.ToUpper(name)}
	}
	return []string{name, strings.ToUpper(name), `"` + name + `"`, `"` + strings.ToUpper(name) + `"`}
}

func settingFault(sql string) *policy.Fault {
	for _, p := range Analyze([]byte(sql), fixtureEnv()) {
		if p.Statement.Fault != nil {
			return p.Statement.Fault
		}
	}
	return nil
}

func TestEveryWayToSet(t *testing.T) {
	for _, s := range refusedSettings {
		for _, name := range spellings(s[0]) {
			for _, way := range ways {
				if strings.Contains(way, "set_config") {
					name = strings.Trim(name, `"`)
				}
				sql := fmt.Sprintf(way, name, s[1])
				if f := settingFault(sql); f == nil || f.Rule != policy.RuleSetting {
					t.Errorf("%s: %+v, want a refusal", sql, f)
				}
			}
		}
		if StartupSetting(s[0], s[1]) || StartupSetting(strings.ToUpper(s[0]), s[1]) {
			t.Errorf("%s=%s is taken at start-up", s[0], s[1])
		}
	}
	for _, s := range permittedSettings {
		for _, name := range spellings(s[0]) {
			for _, way := range ways {
				if strings.Contains(way, "set_config") {
					name = strings.Trim(name, `"`)
				}
				sql := fmt.Sprintf(way, name, s[1])
				if f := settingFault(sql); f != nil {
					t.Errorf("%s: %+v", sql, f)
				}
			}
			for _, way := range resets {
				if f := settingFault(fmt.Sprintf(way, name)); f != nil {
					t.Errorf(way+": %+v", name, f)
				}
			}
		}
		if !StartupSetting(s[0], s[1]) {
			t.Errorf("%s=%s is refused at start-up", s[0], s[1])
		}
	}
}

// What is stored for later sessions is outside what grants can express.
func TestSettingsStoredForLater(t *testing.T) {
	for _, sql := range []string{
		"ALTER ROLE ana SET work_mem = '1GB'", "ALTER ROLE CURRENT_USER SET search_path = app", "ALTER ROLE ALL RESET ALL",
		"ALTER USER ana SET role = postgres", "ALTER DATABASE shop SET work_mem = '1GB'", "ALTER ROLE ana IN DATABASE shop RESET work_mem",
		"ALTER SYSTEM SET work_mem = '1GB'", "ALTER SYSTEM RESET ALL",
	} {
		if f := settingFault(sql); f == nil || f.Rule != policy.RuleNeedsUnrestricted {
			t.Errorf("%s: %+v, want that it needs unrestricted", sql, f)
		}
	}
}

// Values that can be seen only when the statement runs.
func TestSetConfigOfWhatIsNotKnown(t *testing.T) {
	for _, sql := range []string{
		"SELECT set_config($1, 'x', false)", "SELECT set_config('work_mem', $1, false)", "SELECT set_config('work_mem', '1MB', $1)",
		"SELECT set_config('wor' || 'k_mem', '1MB', false)", "SELECT set_config(note, secret, false) FROM orders",
		"SELECT set_config(value => 'x', setting_name => 'role', is_local => false)", "SELECT set_config(VARIADIC ARRAY['role', 'x', 'f'])",
		"SELECT ('role').set_config", "SELECT current_setting($1)", "SELECT current_setting('app.tenant')", "SELECT current_setting(note) FROM orders",
		"UPDATE pg_settings SET setting = 'postgres' WHERE name = 'role'",
	} {
		if f := settingFault(sql); f == nil {
			t.Errorf("%s is not refused", sql)
		}
	}
}

// Going back to where the session began changes nothing that it could change.
func TestResetRole(t *testing.T) {
	for _, sql := range []string{"RESET ROLE", "RESET SESSION AUTHORIZATION", "SET SESSION AUTHORIZATION DEFAULT", "SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET role TO DEFAULT"} {
		if f := settingFault(sql); f != nil {
			t.Errorf("%s: %+v", sql, f)
		}
	}
	for _, sql := range []string{"SET ROLE NONE", "SET ROLE postgres", "SET LOCAL ROLE 'none'", "SET SESSION AUTHORIZATION postgres"} {
		if f := settingFault(sql); f == nil || f.Rule != policy.RuleSetting {
			t.Errorf("%s: %+v, want a refusal", sql, f)
		}
	}
}
