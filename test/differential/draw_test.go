package differential

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/sallyport-db/sallyport/policy"
)

// needs is what the analysis says that statements need, as grants of one column
// or object each; and its fault, if it says that no grants will do. It only
// chooses the scopes that are worth trying: the answers are the server's.
func (v *inventory) needs(statements []policy.Statement, random *rand.Rand) (pieces scope, fault *policy.Fault) {
	for _, s := range statements {
		for i := range s.Accesses {
			pieces = append(pieces, v.pieces(&s.Accesses[i], random)...)
		}
		if s.Fault != nil {
			fault = s.Fault
		}
	}
	return pieces, fault
}

func (v *inventory) pieces(a *policy.Access, random *rand.Rand) (out scope) {
	if a.Free || a.Schema == "" {
		return nil
	}
	if a.Object == "" && a.Op != policy.DDL { // USAGE on a schema: any grant there
		return scope{{schema: a.Schema, object: "none", ops: []string{"select"}}}
	}
	g := grant{schema: a.Schema, object: a.Object, function: a.Kind == policy.KindFunction && a.Op == policy.Execute}
	ops := strings.Split(a.Op.String(), ",") // a sequence may take any of several
	g.ops = []string{ops[random.IntN(len(ops))]}
	if a.Op == policy.DDL && (a.Object == "" || a.Kind == policy.KindFunction) {
		g.object = "*"
	}
	rel := v.find(a.Schema, a.Object)
	columns := a.Columns
	if rel != nil && len(rel.columns) > 0 && !a.WholeObject && a.Kind == policy.KindRelation && slices.Contains(columnOps, g.ops[0]) {
		// Not all that the analysis names need exist; and where it names none, any one will do.
		columns = slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return rel.column(c).name == "" && !systemColumns[c] })
		if len(columns) == 0 {
			columns = []string{rel.columns[random.IntN(len(rel.columns))].name}
		}
	}
	if len(columns) == 0 || a.WholeObject || a.Kind == policy.KindSequence || slices.ContainsFunc(columns, func(c string) bool { return systemColumns[c] }) {
		return scope{g}
	}
	for _, c := range columns {
		piece := g
		piece.columns = []string{c}
		out = append(out, piece)
	}
	return out
}

// PostgreSQL can grant on a system column, but a scope's wildcard of columns is
// the whole table.
var systemColumns = map[string]bool{"ctid": true, "xmin": true, "xmax": true, "cmin": true, "cmax": true, "tableoid": true}

// draw makes a scope from pieces: each but a few of them, and sometimes one
// that is wider.
func draw(pieces scope, dropped int, random *rand.Rand) scope {
	pieces = slices.Clone(pieces)
	random.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	return merge(pieces[min(dropped, len(pieces)):])
}

// merge puts grants of one operation on columns of one table together.
func merge(pieces scope) (out scope) {
	at := map[string]int{}
	for _, g := range pieces {
		key := g.schema + "\x00" + g.object + "\x00" + strings.Join(g.ops, ",")
		if g.function {
			key += "()"
		}
		if len(g.columns) == 0 {
			key += "\x00whole"
		}
		i, ok := at[key]
		if !ok {
			at[key] = len(out)
			g.columns = slices.Clone(g.columns)
			out = append(out, g)
		} else if len(g.columns) > 0 && !slices.Contains(out[i].columns, g.columns[0]) {
			out[i].columns = append(out[i].columns, g.columns[0])
		}
	}
	return out
}
