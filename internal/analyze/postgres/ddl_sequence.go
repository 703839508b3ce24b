package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

func (a *analysis) createSequence(n *ast.CreateSeqStmt) {
	a.ddl("CREATE SEQUENCE")
	a.ledger.saw("sequence", "unlogged")
	if n.Sequence != nil && a.ledger.isWord(1, "temp", "temporary", "local", "global") {
		n.Sequence.RelPersistence = 't' // the parser loses it
	}
	if _, ok := a.make(n.Sequence); ok {
		a.sequenceOptions(n.Options, nil)
	}
	a.balance()
}

func (a *analysis) alterSequence(n *ast.AlterSeqStmt) {
	a.ddl("ALTER SEQUENCE")
	a.ledger.saw("sequence")
	rel := a.altered(n.Sequence, n.MissingOk)
	a.sequenceOptions(n.Options, rel)
	a.balance()
}

// sequenceOptions judges the options of a sequence or an identity column.
// Whoever ties a sequence to a table must own both.
func (a *analysis) sequenceOptions(list *ast.NodeList, rel *catalog.Relation) {
	for _, n := range items(list) {
		d, ok := n.(*ast.DefElem)
		if !ok {
			a.unknown(n)
			return
		}
		switch d.Defname {
		case "as":
			t, ok := d.Arg.(*ast.TypeName)
			if !ok {
				a.unknown(d.Arg)
				return
			}
			a.typeName(t)
		case "owned_by":
			a.ledger.saw("owned")
			a.ownedBy(d.Arg)
		case "cache", "cycle", "increment", "maxvalue", "minvalue", "start", "restart", "logged", "unlogged", "generated":
			a.ledger.saw(d.Defname, "always")
			a.optionValue(d.Arg)
		default:
			a.unrestricted("the option %s", d.Defname)
		}
	}
}

// ownedBy judges OWNED BY table.column.
func (a *analysis) ownedBy(n ast.Node) {
	list, ok := n.(*ast.NodeList)
	if !ok || len(list.Items) == 0 {
		a.unknown(n)
		return
	}
	if len(list.Items) == 1 { // NONE
		a.strings(list)
		return
	}
	schema, name, _, ok := a.belonging(list, true)
	if !ok {
		return
	}
	if rel := a.existing(schema, name, false); rel != nil {
		a.own(rel)
	}
}

// belonging enters the name of a thing that belongs to a relation, which stands
// before it in the list: a column, a constraint, a trigger. Of these only the
// column is written behind a dot.
func (a *analysis) belonging(list *ast.NodeList, column bool) (schema, relation, name string, ok bool) {
	names, ok := a.strings(list)
	if column {
		a.ledger.dotted(len(names))
	} else {
		a.ledger.dotted(len(names) - 1)
	}
	if len(names) == 3 {
		if parts, joined := a.joined[names[0]]; joined {
			names[0] = truncate(parts[1])
		}
	}
	switch {
	case !ok:
	case len(names) == 2:
		return "", names[0], names[1], true
	case len(names) == 3:
		return names[0], names[1], names[2], true
	default:
		a.fail(policy.RuleNotUnderstood, -1, "a name has more parts than it may have")
	}
	return "", "", "", false
}
