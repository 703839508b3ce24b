package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

const treeSchema = `
CREATE SEQUENCE s;
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION eq(int, int) RETURNS bool LANGUAGE sql AS 'SELECT $1 = $2';
CREATE FUNCTION g(a int, b int DEFAULT f(3)) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE OPERATOR ==== (LEFTARG = int, RIGHTARG = int, FUNCTION = eq);
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
CREATE DOMAIN d AS int DEFAULT f(1) CHECK (f(VALUE) > 0);
CREATE TABLE a (id int, x int DEFAULT f(3), y text DEFAULT current_setting('app.x'), n bigint DEFAULT nextval('s'),
	m bigint DEFAULT nextval('s'::text), e int GENERATED ALWAYS AS (f(id)) STORED, CHECK (f(x) > 0));
CREATE INDEX ON a (f(x)) WHERE f(id) > 3;
CREATE VIEW v AS SELECT a.id, x, upper(y) AS z, f(x) AS "odd :funcid 99 (name" FROM a WHERE id = 3 FOR UPDATE;
CREATE VIEW w AS SELECT id, x::d AS x, y FROM a WHERE ctid IS NOT NULL AND x ==== 4 AND NULLIF(x, 3) = ANY (ARRAY[1, 2]);
CREATE VIEW ww AS SELECT count(*) AS c, agg(id) AS a, row_number() OVER () AS r, (SELECT f(1) FROM v) AS q FROM a GROUP BY a.id;
CREATE VIEW whole AS SELECT a FROM a;
CREATE VIEW plain AS SELECT 1 AS one;
CREATE RULE r AS ON INSERT TO a DO ALSO INSERT INTO v (id) VALUES (NEW.x);
ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a FOR UPDATE USING (f(id) > (SELECT count(*) FROM v));
CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW WHEN (f(NEW.x) > 3) EXECUTE FUNCTION tr();`

// describe writes an expression in one line.
func describe(s *Snapshot, e *Expression) string {
	if e == nil {
		return "nothing"
	}
	var out []string
	for _, c := range e.Calls {
		line := "domain"
		if f := s.Function(c.Function); f != nil {
			line = f.Name
		}
		if c.Column > 0 {
			line += fmt.Sprintf("@%d", c.Column)
		}
		if c.Text != "" {
			line += " " + c.Text
		}
		out = append(out, line)
	}
	for _, u := range e.Uses {
		if u.Events == EventSelect && u.Selected == nil && s.Relation(u.Relation).Name == "a" {
			continue // the OLD and NEW of a rule, since 16
		}
		out = append(out, fmt.Sprintf("%s:%d%v%v%v", s.Relation(u.Relation).Name, u.Events, u.Selected, u.Inserted, u.Updated))
	}
	if e.Unread {
		out = append(out, "unread")
	}
	return strings.Join(out, "; ")
}

// The same trees say the same on every version of the server.
func TestTreesOfEachVersion(t *testing.T) {
	pgtesting.EachVersion(t, func(t *testing.T, _ int, options pgtest.Options) {
		server := pgtesting.Start(t, options)
		pgtesting.Exec(t, server, "", treeSchema)
		s := current(t, open(t, server, "", "", slow))
		for name, want := range map[string]string{
			"v":     "upper@3; f@4; a:6[1 2 3][][]",
			"w":     "eq; domain@2; a:2[-1 1 2 3][][]",
			"ww":    "count@1; agg@2; row_number@3; f@4; a:2[1][][]; v:2[][][]",
			"whole": "a:2[0][][]",
			"plain": "nothing",
		} {
			if got := describe(s, s.Lookup("public", name).View); got != want {
				t.Errorf("view %s: %s, want %s", name, got, want)
			}
		}
		if got := s.Lookup("public", "v").View; !slices.Equal(got.Targets, []int{1, 2, 0, 0}) || s.Relation(got.Base).Name != "a" {
			t.Errorf("the columns of v are %v", got.Targets)
		}
		var got []string
		for _, st := range s.Lookup("public", "a").Stored {
			got = append(got, fmt.Sprintf("%c%s%d: %s", st.Kind, st.Column, st.Events, describe(s, st.Expression)))
		}
		want := []string{"c15: f", "dx15: f", "dy15: current_setting app.x", "dn15: nextval", "dm15: regclass s; nextval",
			"ge15: f", "i15: f", "r1: a:2[2][][]; v:1[][1][]", "s4: f; count; v:2[][][]", "t4: f"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		d := s.Schemas["public"].Types["d"]
		if describe(s, d.Default) != "f" || len(d.Constraints) != 1 || describe(s, d.Constraints[0]) != "f" {
			t.Errorf("domain: %+v", d)
		}
		if describe(s, s.Functions([]string{"public"}, "g")[0].Default) != "f" {
			t.Error("the default of an argument is lost")
		}
		if c := s.Lookup("public", "a").Stored[3].Calls[0]; !c.Known || s.Relation(c.OID).Name != "s" {
			t.Errorf("the sequence of nextval is %+v", c)
		}
	})
}

// A tree that is cut off or otherwise broken is never read as harmless, and
// never panics.
func TestBrokenTrees(t *testing.T) {
	whole := `({QUERY :commandType 1 :rtable ({RTE :relid 16400 :requiredPerms 2 :selectedCols (b 8 9)}) :targetList ({TARGETENTRY :expr {FUNCEXPR :funcid 16500 :args ({CONST :consttype 25 :constvalue 5 [ 20 0 0 0 115 ]})} :resno 1})})`
	if e := parseTree([]byte(whole)); e == nil || e.Unread || len(e.Calls) != 1 || len(e.Uses) != 1 || e.Calls[0].Function != 16500 {
		t.Fatalf("%+v", e)
	}
	for i := 1; i < len(whole)-1; i++ {
		if e := parseTree([]byte(whole[:i])); i > 1 && (e == nil || !e.Unread) {
			t.Errorf("cut at %d: %+v", i, e)
		}
	}
	for _, text := range []string{"}", "{A :funcid x}", "{A :opno 20000 :opfuncid 0}", "{A :selectedCols (b y)}", `{A :funcid 5\`, "{"} {
		if e := parseTree([]byte(text)); e == nil || !e.Unread {
			t.Errorf("%s: %+v", text, e)
		}
	}
	// A name cannot be taken for a field.
	if e := parseTree([]byte(`{ALIAS :aliasname a\ :funcid\ 99 :colnames (":funcid\ 98" "\{A")}`)); e != nil {
		t.Errorf("%+v", e)
	}
}
