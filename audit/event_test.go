package audit

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var testTime = time.Date(2026, 2, 3, 4, 5, 6, 7_000, time.FixedZone("", 3600))

var testOrigin = Origin{
	Session:  "s-1",
	Token:    Token{ID: "t-1", Sub: "ana", Fam: "f-1"},
	Source:   netip.MustParseAddrPort("[::ffff:192.0.2.7]:5000"),
	Upstream: "shop",
	Protocol: "postgres",
}

// samples holds every kind of event with the fields it is meant to carry.
func samples() []*Event {
	who := NewSubject(testOrigin)
	access := AppendAccess(nil, "select", "public.orders", []string{"id", "total"})
	access = AppendAccess(access, "execute", "public.f()", nil)
	statement := []byte("SELECT id, total FROM orders")
	return []*Event{
		{Event: ServerStarted, Version: "0.1.0", PID: 42},
		{Event: ConfigLoaded, File: "sallyport.yaml", By: "SIGHUP", Changed: []string{"denial_hints", "upstreams.shop.mode"}, Mode: "observe"},
		{Event: ConfigRefused, File: "sallyport.yaml", Reason: "line 3: unknown key"},
		{Event: TokenIssued, Subject: who, By: "uid 0", Scope: "shop/public.*:select", Src: []string{"0.0.0.0/0", "::/0"}, TTL: 15 * time.Minute, Expires: testTime},
		{Event: TokenRefused, Subject: NewSubject(Origin{Session: "s-2", Source: testOrigin.Source}), User: "ana", Reason: "expired"},
		{Event: TokenRevoked, Subject: NewSubject(Origin{Token: Token{Sub: "ana"}}), By: "uid 0"},
		{Event: TokenRotated, Subject: who, By: "uid 0", Scope: "shop/public.*:select", Src: []string{"10.0.0.0/8"}, TTL: time.Minute, Expires: testTime, Replaces: "t-0"},
		{Event: TokenDerived, Subject: who, By: "uid 0", Scope: "shop/public.*:select", Src: []string{"10.0.0.0/8"}, TTL: time.Minute, Expires: testTime, Parent: "t-0", Actor: "nightly"},
		{Event: TokenCanary, Subject: who, User: "ana", Reason: "a canary", Severity: SeverityHigh},
		{Event: SessionOpened, Subject: who, Database: "shop", Application: "psql", TLS: "TLS 1.3"},
		{Event: SessionRejected, Subject: who, User: "bob", Database: "nowhere", Reason: "no such upstream"},
		{Event: SessionClosed, Subject: who, Statements: 3, Rows: 9, Bytes: 512, Duration: time.Second, Reason: "client left"},
		{Event: SessionCancelled, Subject: who, ID: 3},
		{Event: StatementAllowed, Subject: who, ID: 1, Statement: statement, Fingerprint: 0xabc, Access: access, Rule: "grant"},
		{Event: StatementAllowed, Subject: who, ID: 2, Statement: []byte("ALTER USER bob PASSWORD 'hunter2'"), Secret: true, Fingerprint: 7, Rule: "observe", Mode: "observe", Would: "needs-unrestricted", Missing: "shop:unrestricted"},
		{Event: StatementDenied, Subject: who, ID: 3, Statement: []byte{}, Rule: "no-grant", Reason: "select on public.salaries is missing", Missing: "shop/public.salaries:select", Mode: "observe"},
		{Event: StatementFinished, Subject: who, ID: 1, Rows: 2, Bytes: 64, Duration: 1500 * time.Microsecond, SQLState: "22012"},
		{Event: StatementFinished, Subject: who, ID: 2, Outcome: OutcomeUnknown},
		{Event: Checkpoint, Checkpoint: "sallyport/c/n\n7\n" + strings.Repeat("A", 43) + "=\n\n— sallyport/c/n AAAA\n"},
		{Event: ServerStarted, Lost: 3},
		{Event: KeyRotated, By: "uid 0", Reason: "the key k signs from now on"},
		{Event: NodeFenced, Reason: "contact lost"},
		{Event: NodeCaughtUp},
		{Event: ServerStopped, PID: 42, Reason: "terminated"},
	}
}

// encodeLine is the whole line, as the log writes it.
func encodeLine(e *Event) []byte {
	body := appendBody(nil, e, testTime, []byte(`,"cluster":"c","node":"n"`))
	return append([]byte(`{"seq":1`), body...)
}

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, line []byte) {
	t.Helper()
	if n := bytes.IndexByte(line, '\n'); n != len(line)-1 {
		t.Fatalf("newline at %d of %d bytes: %q", n, len(line), line)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
	if err != nil {
		t.Fatalf("not JSON: %v\n%q", err, line)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, line)
	}
}

func TestEveryEventSatisfiesTheSchema(t *testing.T) {
	s := schema(t)
	seen := map[Name]bool{}
	for _, e := range samples() {
		validate(t, s, encodeLine(e))
		seen[e.Event] = true
	}
	var doc struct {
		Properties struct {
			Event struct{ Enum []Name }
		}
	}
	if err := json.Unmarshal(Schema, &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Properties.Event.Enum) != len(seen) {
		t.Errorf("schema names %d events, samples cover %d", len(doc.Properties.Event.Enum), len(seen))
	}
	for _, name := range doc.Properties.Event.Enum {
		if !seen[name] {
			t.Errorf("no sample of %s", name)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	for _, line := range []string{
		`{"seq":0,"time":"2026-02-03T03:05:06.000007Z","event":"server.started"}`,
		`{"seq":1,"time":"2026-02-03T03:05:06Z","event":"server.started"}`,
		`{"seq":1,"time":"2026-02-03T03:05:06.000007Z","event":"server.exploded"}`,
		`{"seq":1,"time":"2026-02-03T03:05:06.000007Z","event":"server.started","surprise":1}`,
		`{"seq":1,"time":"2026-02-03T03:05:06.000007Z","event":"statement.allowed","session":"s","upstream":"u","rule":"grant"}`,
	} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(doc) == nil {
			t.Errorf("accepted %s", line)
		}
	}
}

func TestLine(t *testing.T) {
	const head = `{"seq":1,"time":"2026-02-03T03:05:06.000007Z","event":"`
	const common = `,"cluster":"c","node":"n","session":"s-1","token":{"id":"t-1","sub":"ana","fam":"f-1"},"source":{"ip":"192.0.2.7","port":5000},"upstream":"shop","protocol":"postgres"`
	for i, want := range map[int]string{
		0:  head + `server.started","cluster":"c","node":"n","version":"0.1.0","pid":42}`,
		3:  head + `token.issued"` + common + `,"by":"uid 0","scope":"shop/public.*:select","src":["0.0.0.0/0","::/0"],"ttl":900,"expires":"2026-02-03T03:05:06.000007Z"}`,
		13: head + `statement.allowed"` + common + `,"id":1,"statement":"SELECT id, total FROM orders","statement_sha256":"1f1add12a3a9bfdf8e4b8d0f0a5ecf6d6f5c0d8a","statement_bytes":28,"fingerprint":"0000000000000abc","access":[{"op":"select","object":"public.orders","columns":["id","total"]},{"op":"execute","object":"public.f()"}],"rule":"grant"}`,
		16: head + `statement.finished"` + common + `,"id":1,"rows":2,"bytes":64,"duration_us":1500,"sqlstate":"22012"}`,
	} {
		got := strings.TrimSuffix(string(encodeLine(samples()[i])), "\n")
		if i == 13 { // the hash has a test of its own
			got, want = dropHash(got), dropHash(want)
		}
		if got != want {
			t.Errorf("sample %d\n got %s\nwant %s", i, got, want)
		}
	}
}

func dropHash(line string) string {
	before, rest, _ := strings.Cut(line, `"statement_sha256":"`)
	_, after, _ := strings.Cut(rest, `"`)
	return before + after
}
