package catalog

// stored notes what the server evaluates when a relation is used. detail is
// the column of a default, or says when a trigger, a rule or a policy holds.
func (b *builder) stored(row [][]byte) {
	r := b.snapshot.relations[b.number(row[0])]
	if r == nil {
		return
	}
	detail := int(b.number(row[3]))
	s := Stored{Kind: StoredKind(row[1][0]), Events: EventsAll, Expression: parseTrees(row[4], row[5])}
	switch s.Kind {
	case StoredDefault, StoredGenerated:
		for i := range r.Columns {
			if r.Columns[i].Number == detail {
				s.Column = r.Columns[i].Name
			}
		}
	case StoredTrigger:
		s.Events, s.Instead = triggerEvents(detail), detail&triggerInstead != 0
		r.Triggers = true
	case StoredRule:
		s.Events, s.Instead = ruleEvents[byte(detail)], detail&256 != 0
		if s.Events == EventSelect {
			switch r.Kind {
			case 'v':
				r.View = s.Expression
			case 'm':
				s.Expression.whole(0)
				r.Refresh = s.Expression
			}
			return
		}
	case StoredPolicy:
		s.Events, s.Mine = policyEvents[byte(detail)], detail&256 != 0
	}
	s.Expression.whole(0) // the columns are those of no view
	if s.Expression != nil || s.Kind == StoredTrigger || s.Kind == StoredRule {
		r.Stored = append(r.Stored, s)
	}
}

// The bits of tgtype (pg_trigger.h).
const (
	triggerInsert = 1 << (2 + iota)
	triggerDelete
	triggerUpdate
	triggerTruncate
	triggerInstead
)

func triggerEvents(tgtype int) (e Event) {
	for bit, event := range map[int]Event{triggerInsert: EventInsert, triggerDelete: EventDelete,
		triggerUpdate: EventUpdate, triggerTruncate: EventTruncate} {
		if tgtype&bit != 0 {
			e |= event
		}
	}
	return e
}

// ruleEvents reads ev_type, which is a CmdType (nodes.h).
var ruleEvents = map[byte]Event{'1': EventSelect, '2': EventUpdate, '3': EventInsert, '4': EventDelete}

// policyEvents reads polcmd, which is one letter of an ACL or an asterisk.
var policyEvents = map[byte]Event{'r': EventSelect, 'a': EventInsert, 'w': EventUpdate, 'd': EventDelete, '*': EventsAll}

// spread makes Triggers hold for what leads to a trigger: parents, and what a
// foreign key's action comes from.
func (b *builder) spread() {
	from := make(map[*Relation][]*Relation)
	var reached []*Relation
	for _, r := range b.snapshot.relations {
		for _, to := range r.Children {
			from[to] = append(from[to], r)
		}
		for _, to := range r.cascades {
			from[to] = append(from[to], r)
		}
		if r.Triggers {
			reached = append(reached, r)
		}
	}
	for len(reached) > 0 {
		r := reached[len(reached)-1]
		reached = reached[:len(reached)-1]
		for _, origin := range from[r] {
			if !origin.Triggers {
				origin.Triggers = true
				reached = append(reached, origin)
			}
		}
	}
}
