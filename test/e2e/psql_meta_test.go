package e2e_test

import (
	_ "embed"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// warehouse is a schema with something of every kind in it.
//
//go:embed testdata/warehouse.sql
var warehouse string

// narrow is the scope that clients ask for metadata with: one table may be read.
// Names with a schema, as in 'stock.size'::regtype, ask for USAGE on it, which
// any grant there brings.
const narrow = "shop/public.orders:select shop/stock.cheap:select"

// stocked is a shop with the warehouse. The proxy's own role is a superuser:
// whatever must be hidden, the proxy has to hide.
func stocked(t *testing.T) (*pgtest.Server, *e2e.Proxy) {
	t.Helper()
	db, p := shop(t, map[string]string{"log_statement": "all", "wal_level": "logical"})
	for _, sql := range []string{"ALTER ROLE " + role + " SUPERUSER", warehouse} {
		if err := db.ExecIn(t.Context(), "shop", sql); err != nil {
			t.Fatal(err)
		}
	}
	return db, p
}

// backslash are psql's commands that ask the catalogue, in all their forms.
var backslash = strings.Fields(`
	\d \d+ \dS \dS+ \dA \dA+ \dAc \dAc+ \dAf \dAf+ \dAo \dAo+ \dAp \dAp+ \da \daS \db \dc \dc+ \dcS \dC \dC+
	\dd \ddS \dD \dD+ \dDS \ddp \dE \dE+ \des \des+ \det \det+ \deu \dew \dew+ \df \df+ \dfS \dfS+ \dfa \dfn \dfp \dft \dfw
	\dF \dF+ \dFd \dFd+ \dFp \dFp+ \dFt \dFt+ \dg \dg+ \dgS \di \di+ \diS \diS+ \dl \dl+ \dL \dL+ \dLS \dm \dm+ \dn \dn+ \dnS \dnS+
	\do \do+ \doS \dO \dO+ \dOS \dp \dP \dP+ \dPt \dPi \dPn \drds \dRp \dRp+ \dRs \ds \ds+ \dsS \dt \dt+ \dtS \dtS+
	\dT \dT+ \dTS \dTS+ \du \du+ \duS \dv \dv+ \dvS \dx \dx+ \dX \dy \dy+ \l \l+ \z \lo_list \lo_list+ \encoding`)

// patterned are the same for objects named by a pattern, and show definitions.
var patterned = []string{
	`\d orders`, `\d+ orders`, `\d customers`, `\d+ dear`, `\d public.*`, `\d+ stock.*`, `\d *.*`, `\d "orders"`, `\d ORD*`, `\d stock.it?ms`,
	`\dS pg_class`, `\dt *.*`, `\dt+ stock.*`, `\dtvmsi stock.*`, `\dS+ pg_c*`, `\di+ stock.items_*`, `\df stock.*`, `\df+ stock.*`,
	`\df stock.tax numeric numeric`, `\df *tax*`, `\dT+ stock.*`, `\do stock.*`, `\do + int4 int4`, `\da stock.*`, `\dD+ stock.*`, `\dC+ stock.*`,
	`\dO+ stock.*`, `\dX stock.*`, `\dp stock.*`, `\z stock.items`, `\dn+ stock`, `\ddp stock`, `\dd stock.*`, `\dc stock.*`, `\dF+ stock.*`,
	`\dFd stock.*`, `\du counted`, `\drds counted`, `\dx+ pg_trgm`, `\dy+ watch`, `\dRp+ everything`, `\des+ elsewhere`, `\det+ stock.*`, `\l shop`,
	`\dAc btree int4`, `\dP+ stock.*`, `\sf stock.tax`, `\sf+ stock.touch`, `\sf stock.tax(numeric, numeric)`, `\sf stock.tidy(int)`, `\sv dear`,
	`\sv+ stock.cheap`, `SELECT id, item AS thing, price FROM orders \gdesc`,
}

// moving is what differs from one call to the next.
var moving = regexp.MustCompile(`\d+ (kB|bytes|MB)`)

// A meta command asks the catalogue. Through the proxy it answers what it
// answers directly, and nothing of it is denied.
func TestPsqlMetaCommands(t *testing.T) {
	db, p := stocked(t)
	trail := p.Trail()
	commands := append(backslash, patterned...)
	direct := metaCommands(t, directEnv(db), commands)
	proxied := metaCommands(t, p.Env("shop", "ana", issue(t, p, "ana", narrow)), commands)
	for i, c := range commands {
		if direct[i] == "" || strings.Contains(direct[i], "ERROR") {
			t.Errorf("%s answers even without the proxy: %q", c, direct[i])
		}
		t.Run(c, func(t *testing.T) { compare(t, proxied[i], direct[i]) })
	}
	for _, d := range denied(t, trail) {
		t.Errorf("denied: %s", d)
	}
}

// metaCommands runs commands in one psql and returns what each of them printed.
func metaCommands(t *testing.T, env []string, commands []string) []string {
	t.Helper()
	const mark = "=== next ==="
	cmd := command(t, env, "psql", "-X")
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n\\echo "+mark+"\n") + "\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
	parts := strings.Split(moving.ReplaceAllString(string(out), "(size)"), mark+"\n")
	if len(parts) != len(commands) {
		t.Fatalf("%d commands have %d answers", len(commands), len(parts))
	}
	return parts
}

// What the server hides from a plain role is not shown by way of the proxy's
// own role, a superuser.
func TestPsqlHidden(t *testing.T) {
	db, p := stocked(t)
	token := p.Env("shop", "ana", issue(t, p, "ana", narrow))
	trail := p.Trail()
	for _, c := range []string{
		`\db+`,     // pg_tablespace_size: the server asks for CREATE on the tablespace
		`\dRs+`,    // pg_subscription.subconninfo: withheld from plain roles
		`\deu+`,    // pg_user_mappings.umoptions: shown to superusers
		`\dconfig`, // pg_settings, current_setting(name): superusers see more
		"SELECT setting FROM pg_settings WHERE name = 'data_directory';",
		"SELECT sourcefile FROM pg_settings WHERE name = 'work_mem';",
	} {
		if out := metaCommands(t, directEnv(db), []string{c})[0]; strings.Contains(out, "ERROR") {
			t.Errorf("%s does not run even without the proxy: %s", c, out)
		}
		out := metaCommands(t, token, []string{c})[0]
		if !strings.Contains(out, "permission denied") || len(denied(t, trail)) != 1 {
			t.Errorf("%s is not denied: %s", c, out)
		}
	}
}
