package mysql

import (
	"fmt"
	"slices"
	"strings"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// Env is what the reading of a text depends on beside the text itself.
type Env struct {
	Catalog *catalog.Snapshot
	Schema  string // the default one, or empty
	Mode    Mode
	// Temporaries are the session's temporary tables, nil if it has none.
	Temporaries *Temporaries
	// Prepared returns the text behind a name of SQL's PREPARE, or nil.
	Prepared func(name string) *Part
}

// walker judges one statement. It is an exhaustive switch over the nodes of
// the tree: a node without a line is a fault. The first fault is kept and ends
// the walk.
type walker struct {
	literals
	env        *Env
	ledger     *ledger
	accesses   []access
	fault      *policy.Fault
	depth      int
	views      int   // definitions being walked inside one another
	hasDefault bool  // there is a DEFAULT
	past       bool  // rows are chosen by when they were valid: FOR SYSTEM_TIME
	permanent  bool  // names cannot be those of temporary tables
	explained  bool  // the statement is not run, or is run to be explained
	affected   *item // what an INSERT, REPLACE or DELETE of one table writes
}

type access struct {
	policy.Access
	table *catalog.Table
	times int // how often FROM has it
}

const (
	maxDepth = 4000 // of nodes within nodes
	maxViews = 16
)

// fail keeps the first fault. pos is an offset in the statement's text, or -1.
func (w *walker) fail(rule policy.Rule, pos int, format string, args ...any) {
	if w.fault == nil && !(rule == policy.RuleUndefined && w.preliminary()) {
		w.fault = &policy.Fault{Rule: rule, Reason: fmt.Sprintf(format, args...), Pos: pos}
	}
}

func (w *walker) unknown(n any) {
	w.fail(policy.RuleNotUnderstood, -1, "a construct cannot be judged here: %s", strings.TrimPrefix(fmt.Sprintf("%T", n), "*sqlparser."))
}

func notUnderstood(pos int, format string, args ...any) *policy.Fault {
	return &policy.Fault{Rule: policy.RuleNotUnderstood, Reason: fmt.Sprintf(format, args...), Pos: pos}
}

// saw enters names in the ledger. Inside a view's definition there is none.
func (w *walker) saw(names ...string) {
	if w.views == 0 {
		w.ledger.saw(names...)
	}
}

func (w *walker) pos(name string) int {
	if w.views > 0 {
		return -1
	}
	return w.ledger.pos(name)
}

// touch returns the entry for an operation on a table, made if need be.
func (w *walker) touch(t *catalog.Table, op policy.Op) *access {
	for i := range w.accesses {
		if a := &w.accesses[i]; a.table == t && a.Op == op {
			return a
		}
	}
	w.accesses = append(w.accesses, access{table: t, Access: policy.Access{
		Kind: policy.KindRelation, Op: op, Schema: t.Schema, Object: t.Name, Pos: w.pos(t.Name), Free: t.Temporary,
	}})
	return &w.accesses[len(w.accesses)-1]
}

func (w *walker) column(t *catalog.Table, op policy.Op, name string) {
	a := w.touch(t, op)
	a.Columns = append(a.Columns, name)
}

func (w *walker) columns(t *catalog.Table, op policy.Op) {
	a := w.touch(t, op)
	a.Columns = append(a.Columns, t.Columns...)
}

func (w *walker) whole(t *catalog.Table, op policy.Op) { w.touch(t, op).WholeObject = true }

// execute notes the call of a stored function or procedure.
func (w *walker) execute(r *catalog.Routine) {
	if r.Invoker {
		w.fail(policy.RuleNeedsUnrestricted, w.pos(r.Name), "%s.%s runs with its caller's rights (SQL SECURITY INVOKER), and they would be those of the proxy's user: only unrestricted may call it", r.Schema, r.Name)
	}
	for i := range w.accesses {
		if a := &w.accesses[i]; a.Kind == policy.KindFunction && a.Schema == r.Schema && a.Object == r.Name {
			return
		}
	}
	w.accesses = append(w.accesses, access{Access: policy.Access{
		Kind: policy.KindFunction, Op: policy.Execute, Schema: r.Schema, Object: r.Name, Pos: w.pos(r.Name),
	}})
}

// storedFunctions asks for every stored function of the default schema whose
// name stands before a bracket. COUNT (x) and `count`(x) are calls of a stored
// one, unlike COUNT(x) (sql_lex.cc, find_keyword; IGNORE_SPACE), and whether a
// name is one of the server's own depends on its version.
func (a *analysis) storedFunctions() {
	tokens := a.span.tokens
	for i, t := range tokens {
		if t.kind != tokenWord && t.kind != tokenQuoted || i+1 == len(tokens) || !punct(a.text, tokens[i+1], '(') || i > 0 && punct(a.text, tokens[i-1], '.') {
			continue
		}
		name := unquote(a.textOf(t))
		if r := a.env.Catalog.Routine(a.env.Schema, name, false); r != nil {
			a.execute(r)
		}
	}
}

// finish sorts the columns, judges relations of the server's own, and returns
// the list.
func (w *walker) finish() []policy.Access {
	w.anyDefault()
	w.current()
	out := make([]policy.Access, len(w.accesses))
	for i := range w.accesses {
		a := &w.accesses[i]
		slices.Sort(a.Columns)
		a.Columns = slices.Compact(a.Columns)
		if isSystemSchema(a.Schema) && !a.Free {
			w.system(a)
		}
		out[i] = a.Access
	}
	return out
}

// stirs says that code of the user's runs that no access shows: that of
// triggers, and of functions in views.
func (w *walker) stirs() bool {
	for i := range w.accesses {
		a := &w.accesses[i]
		if a.table == nil {
			continue
		}
		writes := a.Op&(policy.Insert|policy.Update|policy.Delete) != 0
		if a.table.Calls || writes && (a.table.Triggers || a.table.Kind == 'v') {
			return true
		}
	}
	return false
}

// current asks for the column by which a statement tells the rows of a
// system-versioned table that are valid now, where it is no hidden one
// (vers_setup_conds, sql_select.cc).
func (w *walker) current() {
	for i := range len(w.accesses) {
		a := &w.accesses[i]
		if a.table != nil && a.table.RowEnd != "" && a.Op&(policy.Select|policy.Update|policy.Delete) != 0 {
			w.column(a.table, policy.Select, a.table.RowEnd)
			if w.past && a.table.RowStart != "" {
				w.column(a.table, policy.Select, a.table.RowStart)
			}
		}
	}
}

func (w *walker) system(a *access) {
	if a.Kind == policy.KindSchema {
		return // names are no secret, but whose they are may be
	}
	if a.Kind == policy.KindRelation && a.Op == policy.Select && strings.EqualFold(a.Schema, "information_schema") &&
		openRelations[strings.ToLower(a.Object)] {
		a.Free = true
		return
	}
	w.fail(policy.RuleSystemCatalog, a.Pos, "%s.%s is the server's own, and not on the list of what is open to reading", a.Schema, a.Object)
}

// relation resolves the name of a table or view.
func (w *walker) relation(schema, name string) *catalog.Table {
	if schema == "" {
		schema = w.env.Schema
	}
	if schema == "" {
		w.fail(policy.RuleUndefined, w.pos(name), "no database selected")
		return nil
	}
	if t := w.temporary(schema, name); t != nil {
		return t
	}
	t := w.env.Catalog.Table(schema, name)
	if t == nil {
		w.fail(policy.RuleUndefined, w.pos(name), "table %q does not exist", schema+"."+name)
	}
	return t
}

// schema asks for any right on anything in a schema, as the server does of
// whoever makes it the default or lists what is in it (mysql_change_db,
// sql_db.cc). It returns the schema's name, or "" with a fault.
func (w *walker) schema(name string) string {
	ns := w.env.Catalog.Schema(name)
	if ns == nil {
		w.fail(policy.RuleUndefined, w.pos(name), "unknown database %q", name)
		return ""
	}
	free := strings.EqualFold(ns.Name, "information_schema")
	w.accesses = append(w.accesses, access{Access: policy.Access{Kind: policy.KindSchema, Op: policy.Usage, Schema: ns.Name, Pos: w.pos(name), Free: free}})
	return ns.Name
}
