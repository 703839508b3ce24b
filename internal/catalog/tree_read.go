package catalog

import (
	"slices"
	"strconv"
)

// parseTree reads a node tree as outfuncs.c writes it. It returns nil if there
// is none, or none that calls or reads anything.
//
// The text is made of tokens (pg_strtok, read.c): {LABEL :field value …} is a
// node, (…) a list; a backslash takes away a character's meaning. Labels and
// fields differ little from version to version, so that what is looked for is
// found by the names of fields, wherever it stands.
func parseTree(text []byte) *Expression { return parseTrees(text, nil) }

// parseTrees reads two trees as one.
func parseTrees(a, b []byte) *Expression {
	if a == nil && b == nil {
		return nil
	}
	out := &Expression{}
	for _, text := range [...][]byte{a, b} {
		t := tree{text: text, out: out}
		t.list(&node{})
	}
	if out.Calls == nil && out.Uses == nil && !out.Unread {
		return nil
	}
	return out
}

type tree struct {
	text    []byte
	out     *Expression
	queries int  // how many QUERY nodes stand around this place
	column  int  // the column of a view that this place is part of, or 0
	from    bool // every one of them but the first stands in a FROM
}

// node is one node while it is read: its fields that matter, and what has been
// gathered from the nodes inside.
type node struct {
	label, field []byte
	inside       int // nodes read within the present field

	call              Call // of the nodes that call a function
	operator          uint32
	domain            uint32
	use               Use // of an entry of a range table
	value             []byte
	null              bool
	varno, attno      int // of a VAR, or the VAR that a TARGETENTRY is
	levelsup, rtindex int
	junk              bool
	sorted            bool     // a TARGETENTRY that is sorted or grouped by
	distinct          bool     // a QUERY with DISTINCT
	refs              int      // how much stands in a FROM
	rtable            []uint32 // of a QUERY
	targets           [][2]int
	constantSize      int
}

// token cuts the next token off the text, or returns nil at its end.
func (t *tree) token() []byte {
	s, i := t.text, 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t') {
		i++
	}
	if i == len(s) {
		return nil
	}
	end := i + 1
	if !bracket(s[i]) {
		for end = i; end < len(s) && s[end] != ' ' && s[end] != '\n' && s[end] != '\t' && !bracket(s[end]); end++ {
			if s[end] == '\\' {
				end++
			}
		}
	}
	end = min(end, len(s))
	t.text = s[end:]
	return s[i:end]
}

func bracket(c byte) bool { return c == '(' || c == ')' || c == '{' || c == '}' }

// list reads nodes up to the end of the text.
func (t *tree) list(parent *node) {
	for {
		tok := t.token()
		switch {
		case tok == nil:
			return
		case tok[0] == '{':
			t.node(parent)
		case tok[0] == '}':
			t.out.Unread = true
			return
		}
	}
}

// node reads one node, the opening bracket of which has been read.
func (t *tree) node(parent *node) {
	n := node{label: t.token()}
	query, from := string(n.label) == "QUERY", t.from
	target := t.queries == 1 && string(parent.field) == "targetList"
	if target {
		t.column = len(parent.targets) + 1
	}
	if query {
		t.from = t.queries == 0 || t.from && string(parent.field) == "subquery"
		t.queries++
	}
	for {
		tok := t.token()
		if tok == nil {
			t.out.Unread = true
			return
		}
		if tok[0] == '}' {
			break
		}
		switch tok[0] {
		case '{':
			t.node(&n)
			n.inside++
		case '(', ')':
		case ':':
			n.field, n.inside = tok[1:], 0
		default:
			t.atom(&n, tok)
		}
	}
	if target {
		t.column = 0
		if n.sorted {
			t.out.whole(len(parent.targets) + 1)
		}
	}
	t.close(&n, parent)
	if query {
		t.queries--
		t.from = from
	}
}

// atom takes one plain value of a field.
func (t *tree) atom(n *node, tok []byte) {
	number := func() int {
		v, err := strconv.Atoi(string(tok))
		if err != nil {
			t.out.Unread = true
		}
		return v
	}
	columns := func(list []int) []int {
		if tok[0] == 'b' { // a Bitmapset; attnums are offset so that none is negative
			return list
		}
		return append(list, number()-firstColumn)
	}
	switch string(n.field) {
	case "funcid", "opfuncid", "aggfnoid", "winfnoid":
		n.call.Function = uint32(number())
	case "opno":
		n.operator = uint32(number())
	case "resulttype":
		n.domain = uint32(number())
	case "relid":
		n.use.Relation = uint32(number())
	case "requiredPerms":
		n.use.Events = Event(number()) & (EventsAll | EventTruncate)
	case "selectedCols":
		n.use.Selected = columns(n.use.Selected)
	case "insertedCols":
		n.use.Inserted = columns(n.use.Inserted)
	case "updatedCols":
		n.use.Updated = columns(n.use.Updated)
	case "constisnull":
		n.null = string(tok) == "true"
	case "constvalue":
		n.constant(tok)
	case "varno":
		n.varno = number()
	case "varattno":
		n.attno = number()
	case "varlevelsup":
		n.levelsup = number()
	case "rtindex":
		n.rtindex = number()
	case "resjunk":
		n.junk = string(tok) == "true"
	case "ressortgroupref":
		n.sorted = string(tok) != "0"
	}
}

// firstColumn is what attnums are offset by in a Bitmapset
// (FirstLowInvalidHeapAttributeNumber, sysattr.h, with its sign changed).
const firstColumn = 7

// constantLimit is how much of a constant is kept: enough for any name.
const constantLimit = 300

// constant takes "length [ byte byte … ]".
func (n *node) constant(tok []byte) {
	if tok[0] == '[' || tok[0] == ']' || tok[0] == '<' {
		return
	}
	v, err := strconv.Atoi(string(tok))
	switch {
	case err != nil:
	case n.constantSize == 0:
		n.constantSize = v
	case len(n.value) < constantLimit:
		n.value = append(n.value, byte(v))
	}
}

// close makes of a node what it means, for the expression or for the node
// around it.
func (t *tree) close(n, parent *node) {
	switch string(n.label) {
	case "CONST":
		parent.argument(n)
	case "VAR":
		if t.queries == 0 && !slices.Contains(t.out.Columns, n.attno) {
			t.out.Columns = append(t.out.Columns, n.attno)
		}
		if string(parent.label) == "TARGETENTRY" && n.levelsup == 0 {
			parent.varno, parent.attno = n.varno, n.attno
		}
	case "TARGETENTRY":
		if string(parent.field) == "targetList" && !n.junk {
			parent.targets = append(parent.targets, [2]int{n.varno, n.attno})
		}
	case "RANGETBLREF":
		parent.refs++
		parent.rtindex = n.rtindex
	case "FROMEXPR":
		if n.refs == 1 {
			parent.rtindex = n.rtindex
		}
	case "JOINEXPR":
		parent.refs += 2
	case "QUERY":
		t.query(n)
	case "SORTGROUPCLAUSE":
		parent.distinct = parent.distinct || string(parent.field) == "distinctClause"
	case "COERCETODOMAIN":
		t.call(Call{Domain: n.domain})
	}
	if string(parent.field) == "rtable" {
		parent.rtable = append(parent.rtable, n.use.Relation)
	}
	if n.use.Relation != 0 && n.use.Events != 0 {
		n.use.From = t.from
		t.out.Uses = append(t.out.Uses, n.use)
	}
	t.called(n)
}

// argument notes the constant that is a call's first argument.
func (n *node) argument(c *node) {
	if string(n.label) != "FUNCEXPR" || string(n.field) != "args" || n.inside != 0 || c.null || len(c.value) < 4 {
		return
	}
	n.call.Known = true
	for i, b := range c.value[:4] {
		n.call.OID |= uint32(b) << (8 * i)
	}
	if len(c.value) == c.constantSize {
		n.call.Text = string(c.value[4:])
	}
}

// called notes the function of a node, if it has one. The server's own
// operators are harmless.
func (t *tree) called(n *node) {
	switch {
	case n.operator != 0 && n.operator < FirstNormal && n.call.Function < FirstNormal:
		return
	case n.operator != 0 && n.call.Function == 0:
		t.out.Unread = true
		return
	case n.call.Function == 0:
		return
	}
	if !n.call.Known || n.call.Function >= FirstNormal {
		n.call.Known, n.call.Text, n.call.OID = false, "", 0
	}
	t.call(n.call)
}

func (t *tree) call(c Call) {
	c.Column = t.column
	if !slices.Contains(t.out.Calls, c) {
		t.out.Calls = append(t.out.Calls, c)
	}
}

// whole makes the calls of a column those of the whole query; of every column
// if column is 0.
func (e *Expression) whole(column int) {
	if e == nil {
		return
	}
	for i := range e.Calls {
		if c := &e.Calls[i]; column == 0 || c.Column == column {
			c.Column = 0
		}
	}
}

// FirstNormal is the first OID that initdb does not give out
// (FirstNormalObjectId, transam.h).
const FirstNormal = 16384

// query notes what the columns of a view are, if its FROM is one relation.
func (t *tree) query(n *node) {
	if t.queries == 1 && n.distinct {
		t.out.whole(0)
	}
	if t.queries != 1 || n.rtindex < 1 || n.rtindex > len(n.rtable) {
		return
	}
	t.out.Base = n.rtable[n.rtindex-1]
	t.out.Targets = make([]int, len(n.targets))
	for i, target := range n.targets {
		if target[0] == n.rtindex {
			t.out.Targets[i] = target[1]
		}
	}
}
