package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/sallyport-db/sallyport/internal/analyze"
	analyzer "github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/policy"
)

// explain judges a text as a fresh session of the upstream would have it judged: the same reader, the same policy.
func (s *server) explain(ctx context.Context, q *api.ExplainRequest, scope policy.Scope) ([]api.Explanation, error) {
	u := s.upstream(q.Upstream)
	if u == nil {
		return nil, errors.New("no such upstream")
	}
	if u.mysql != nil {
		pieces, err := u.mysql.explain(u.conf.Load(), q.SQL)
		if err != nil {
			return nil, err
		}
		return explanations(pieces, q, scope, u.conf.Load()), nil
	}
	snap, err := u.catalog.Current(ctx)
	if err != nil {
		return nil, &api.Error{
			Status:  http.StatusServiceUnavailable,
			Message: fmt.Sprintf("the catalogue of upstream %s cannot be read: %s", q.Upstream, err),
		}
	}
	setting := snap.SearchPath
	if q.SearchPath != "" {
		setting = q.SearchPath
	}
	path, ok := analyzer.SearchPath(setting)
	if !ok {
		return nil, &api.Error{Status: http.StatusBadRequest, Message: fmt.Sprintf("the search_path %q cannot be read", setting)}
	}
	reading := u.reader.Session(path).Read(&analyze.Request{Verb: analyze.VerbQuery, Text: []byte(q.SQL), Seq: 1})
	if reading.Wait || reading.Look {
		return nil, &api.Error{Status: http.StatusBadRequest, Message: "what this text does depends on the session that it is sent in"}
	}
	return explanations(reading.Pieces, q, scope, u.conf.Load()), nil
}

func explanations(pieces []*analyze.Piece, q *api.ExplainRequest, scope policy.Scope, c *config.Upstream) []api.Explanation {
	rules := policy.Policy{Upstream: q.Upstream, Scope: scope, Forbid: c.Forbid}
	out := make([]api.Explanation, len(pieces))
	for i, p := range pieces {
		out[i] = explanation(p, &rules)
		out[i].Notes = notes(p.Statement.Fault, &out[i], c)
	}
	return out
}

// notes say what the verdict alone does not.
func notes(f *policy.Fault, x *api.Explanation, c *config.Upstream) (list []string) {
	if x.Allow {
		return nil
	}
	beyondGrants := []policy.Rule{policy.RuleNeedsUnrestricted, policy.RuleSetting, policy.RuleFunction, policy.RuleSystemCatalog}
	if f != nil && slices.Contains(beyondGrants, f.Rule) && !c.Forbid.IsZero() {
		list = append(list, "Not even an unrestricted token may do this here: the upstream has a forbid list, and this cannot be judged.")
	}
	if c.Mode == config.Observe {
		list = append(list, "It would run all the same, and be recorded: the mode of this upstream is observe.")
	}
	return list
}

func explanation(p *analyze.Piece, rules *policy.Policy) api.Explanation {
	st := &p.Statement
	v := rules.Decide(st)
	x := api.Explanation{
		Start: p.Start, End: p.End, Tag: st.Tag, Accesses: []api.Access{},
		Allow: v.Allow, Rule: string(v.Rule), Reason: v.Reason, Missing: v.Missing,
	}
	for i := range st.Accesses {
		a := access(&st.Accesses[i], rules)
		if st.Fault != nil && st.Fault.Pos == st.Accesses[i].Pos {
			a.Grants, a.Missing = nil, "" // the fault is about this, whatever is granted
		}
		x.Accesses = append(x.Accesses, a)
	}
	switch {
	case v.Allow:
	case v.Access != nil:
		x.Position = position(v.Access.Pos)
	case st.Fault != nil:
		x.Position = position(st.Fault.Pos)
	}
	return x
}

func access(a *policy.Access, rules *policy.Policy) api.Access {
	object := policy.EncodeName(a.Schema)
	if a.Object != "" {
		object += "." + policy.EncodeName(a.Object)
	}
	if a.Kind == policy.KindFunction {
		object += "()"
	}
	why := rules.Explain(a)
	return api.Access{
		Op: a.Op.String(), Object: object, Columns: a.Columns, Free: a.Free, Position: position(a.Pos),
		Grants: why.Grants, Missing: why.Missing, Forbidden: why.Forbidden,
	}
}

// position is nil where a place cannot be named.
func position(pos int) *int {
	if pos < 0 {
		return nil
	}
	return &pos
}
