package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// builder turns rows into a snapshot. Its first error stands for all.
type builder struct {
	snapshot *Snapshot
	schemas  map[uint32]*Schema
	names    map[string]string // every name once: columns of a kind are called alike
	temp     string            // the name of the session's temporary schema, or ""
	err      error
}

// Build makes a snapshot of the rows of each of Query's results. searchPath is
// what a login of the role is given.
func Build(results [][][][]byte, searchPath string) (*Snapshot, error) {
	if len(results) != len(steps) {
		return nil, fmt.Errorf("%d results, expected %d", len(results), len(steps))
	}
	b := &builder{
		snapshot: &Snapshot{
			SearchPath: searchPath,
			Schemas:    make(map[string]*Schema),
			relations:  make(map[uint32]*Relation),
			functions:  make(map[uint32]*Function),
			types:      make(map[uint32]*Type),
		},
		schemas: make(map[uint32]*Schema),
		names:   make(map[string]string),
	}
	for i, step := range steps {
		for _, row := range results[i] {
			step(b, row)
		}
	}
	b.spread()
	if b.snapshot.ServerVersion == 0 && b.err == nil {
		b.err = errors.New("the server did not say its version")
	}
	return b.snapshot, b.err
}

func (b *builder) server(row [][]byte) {
	s := b.snapshot
	s.ServerVersion = int(b.number(row[0]))
	s.Encoding, s.Database, s.Role, s.Superuser = string(row[1]), string(row[2]), string(row[3]), yes(row[4])
	s.BypassesRLS = yes(row[5])
	b.temp = b.name(row[6])
}

func (b *builder) schema(row [][]byte) {
	ns := &Schema{
		Name:      b.name(row[1]),
		Usage:     yes(row[2]),
		Public:    yes(row[3]),
		Relations: make(map[string]*Relation),
		Functions: make(map[string][]*Function),
		Operators: make(map[string][]*Operator),
		Types:     make(map[string]*Type),
	}
	b.schemas[b.number(row[0])] = ns
	b.snapshot.Schemas[ns.Name] = ns
	if ns.Name == b.temp {
		b.snapshot.Temp = ns
	}
}

func (b *builder) relation(row [][]byte) {
	ns := b.schemas[b.number(row[1])]
	if ns == nil {
		return // of a temporary schema
	}
	r := &Relation{OID: b.number(row[0]), Schema: ns.Name, Name: b.name(row[2]), Kind: row[3][0], Persistence: row[4][0],
		Owner: b.name(row[5]), OwnerBypass: yes(row[6]), RowSecurity: yes(row[7]), Forced: yes(row[8]), Invoker: yes(row[10]), CheckOption: yes(row[11])}
	r.Bypassed = r.RowSecurity && (b.snapshot.BypassesRLS || yes(row[9]))
	ns.Relations[r.Name] = r
	b.snapshot.relations[r.OID] = r
}

func (b *builder) column(row [][]byte) {
	if r := b.snapshot.relations[b.number(row[0])]; r != nil {
		r.Columns = append(r.Columns, Column{Name: b.name(row[1]), Type: b.number(row[2]),
			Generated: yes(row[3]), Default: yes(row[4]), Number: int(b.number(row[5])), Key: yes(row[6])})
	}
}

// link notes what belongs together: children (c), foreign keys (f), sequences
// of columns (s), indexes (i), and what DROP … CASCADE goes on to (d).
func (b *builder) link(row [][]byte) {
	from, to := b.snapshot.relations[b.number(row[1])], b.snapshot.relations[b.number(row[2])]
	if from == nil || to == nil {
		return
	}
	switch row[0][0] {
	case 'c':
		from.Children = append(from.Children, to)
		to.Parents = append(to.Parents, from)
	case 'f':
		from.ReferencedBy = append(from.ReferencedBy, to)
		if yes(row[3]) {
			from.cascades = append(from.cascades, to)
		}
	case 's':
		from.OwnedSequences = append(from.OwnedSequences, to)
		to.Table = from
	case 'i':
		to.Table = from
	case 'd':
		from.Tied = from.Tied || yes(row[3])
		if from != to {
			from.Dependents = append(from.Dependents, to)
		}
	}
}

func (b *builder) function(row [][]byte) {
	ns := b.schemas[b.number(row[1])]
	if ns == nil {
		return
	}
	f := &Function{OID: b.number(row[0]), Schema: ns.Name, Name: b.name(row[2]), Kind: row[3][0],
		Args: int(b.number(row[4])), Defaults: int(b.number(row[5])), Variadic: yes(row[6]), Volatile: row[7][0],
		Extension: b.name(row[8]), PublicExecute: yes(row[9]), Syntax: yes(row[10]), Set: yes(row[12]), Default: parseTree(row[11])}
	for _, t := range strings.Fields(string(row[13])) {
		f.Types = append(f.Types, b.number([]byte(t)))
	}
	b.snapshot.functions[f.OID] = f
	ns.Functions[f.Name] = append(ns.Functions[f.Name], f)
}

func (b *builder) operator(row [][]byte) {
	ns := b.schemas[b.number(row[0])]
	if ns == nil {
		return
	}
	o := &Operator{Schema: ns.Name, Name: b.name(row[1]), FunctionSchema: b.name(row[2]), Function: b.name(row[3]),
		Extension: b.name(row[4]), Left: b.number(row[5]), Right: b.number(row[6])}
	ns.Operators[o.Name] = append(ns.Operators[o.Name], o)
}

func (b *builder) typ(row [][]byte) {
	ns := b.schemas[b.number(row[1])]
	if ns == nil {
		return
	}
	t := &Type{OID: b.number(row[0]), Schema: ns.Name, Name: b.name(row[2]), Kind: row[3][0], Extension: b.name(row[4]),
		Base: b.number(row[5]), Element: b.number(row[6]), Row: b.number(row[7]), Default: parseTree(row[8])}
	b.snapshot.types[t.OID] = t
	t.FromServer = yes(row[10])
	if yes(row[9]) { // arrays and the rows of relations are not named
		ns.Types[t.Name] = t
	}
}

func (b *builder) domain(row [][]byte) {
	if t, e := b.snapshot.types[b.number(row[0])], parseTree(row[1]); t != nil && e != nil {
		t.Constraints = append(t.Constraints, e)
	}
}

func (b *builder) cast(row [][]byte) {
	b.snapshot.Casts = append(b.snapshot.Casts, Cast{Source: b.number(row[0]), Target: b.number(row[1]),
		Context: row[3][0], Function: b.snapshot.functions[b.number(row[2])]})
}

func (b *builder) constraint(row [][]byte) {
	r := b.snapshot.relations[b.number(row[0])]
	if r == nil {
		return
	}
	if r.Constraints == nil {
		r.Constraints = make(map[string][]string)
	}
	name := b.name(row[1])
	r.Constraints[name] = append(r.Constraints[name], b.name(row[2]))
}

func (b *builder) number(text []byte) uint32 {
	n, err := strconv.ParseUint(string(text), 10, 32)
	if err != nil && b.err == nil {
		b.err = err
	}
	return uint32(n)
}

func (b *builder) name(text []byte) string {
	n, ok := b.names[string(text)]
	if !ok {
		n = string(text)
		b.names[n] = n
	}
	return n
}

func yes(text []byte) bool { return len(text) == 1 && text[0] == 't' }
