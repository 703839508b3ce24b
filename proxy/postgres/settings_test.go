package postgres

import "testing"

// Start-up parameters and both forms of options are judged as SET is.
func TestStartupSettings(t *testing.T) {
	refused := []startup{}
	for _, s := range []param{
		{"role", "postgres"}, {"session_authorization", "postgres"}, {"session_replication_role", "replica"},
		{"standard_conforming_strings", "off"}, {"client_encoding", "SJIS"}, {"backslash_quote", "on"}, {"log_statement", "none"},
		{"local_preload_libraries", "x"}, {"app.tenant", "7"}, {"plpgsql.variable_conflict", "error"}, {"search_path", "pg_temp_3"},
		{"ROLE", "postgres"}, {"Client_Encoding", "LATIN1"}, {"replication", "database"}, {"no_such_setting", "1"},
	} {
		refused = append(refused, startup{params: []param{s}}, startup{options: "-c " + s.name + "=" + s.value},
			startup{options: "-c" + s.name + "=" + s.value}, startup{options: "--" + s.name + "=" + s.value},
			startup{options: "-c work_mem=1MB  -c\t" + s.name + "=" + s.value}, startup{options: `-c \` + s.name + `=\` + s.value})
	}
	for _, options := range []string{"--session-replication-role=replica", "-c role", "-r x", "-d 5", "postgres", "-c", "--", "-c =x", "-fs", "-P"} {
		refused = append(refused, startup{options: options})
	}
	for _, s := range refused {
		if got, refusal := s.settings(); refusal == nil {
			t.Errorf("%+v %q is taken: %+v", s.params, s.options, got)
		}
	}
	s := startup{params: []param{{"application_name", "x"}, {"TimeZone", "UTC"}}, options: `-c statement_timeout=5s --datestyle=ISO,\ DMY -csearch_path=app`}
	got, refusal := s.settings()
	if refusal != nil || len(got) != 5 || got[1] != (param{"datestyle", "ISO, DMY"}) {
		t.Errorf("%+v, %+v", got, refusal)
	}
}
