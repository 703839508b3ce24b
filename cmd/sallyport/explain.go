package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/sallyport-db/sallyport/internal/analyze"
	analyzer "github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/policy"
)

// explain judges a text as a fresh session of the upstream would have it judged: the same reader, the same policy.
func (s *server) explain(ctx context.Context, name string, scope policy.Scope, sql []byte) ([]api.Explanation, error) {
	u := s.upstream(name)
	if u == nil {
		return nil, errors.New("no such upstream")
	}
	snap, err := u.catalog.Current(ctx)
	if err != nil {
		return nil, &api.Error{
			Status:  http.StatusServiceUnavailable,
			Message: fmt.Sprintf("the catalogue of upstream %s cannot be read: %s", name, err),
		}
	}
	path, ok := analyzer.SearchPath(snap.SearchPath)
	if !ok {
		return nil, fmt.Errorf("upstream %s: its search_path cannot be read", name)
	}
	session := u.reader.Session(path)
	reading := session.Read(&analyze.Request{Verb: analyze.VerbQuery, Text: sql, Seq: 1})
	rules := policy.Policy{Upstream: name, Scope: scope, Forbid: u.conf.Load().Forbid}
	out := make([]api.Explanation, len(reading.Pieces))
	for i, p := range reading.Pieces {
		out[i] = explanation(p, rules.Decide(&p.Statement))
	}
	return out, nil
}

func explanation(p *analyze.Piece, v policy.Verdict) api.Explanation {
	st := &p.Statement
	x := api.Explanation{
		Start: p.Start, End: p.End, Tag: st.Tag, Accesses: []api.Access{},
		Allow: v.Allow, Rule: string(v.Rule), Reason: v.Reason, Missing: v.Missing,
	}
	for i := range st.Accesses {
		x.Accesses = append(x.Accesses, access(&st.Accesses[i]))
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

func access(a *policy.Access) api.Access {
	object := policy.EncodeName(a.Schema)
	if a.Object != "" {
		object += "." + policy.EncodeName(a.Object)
	}
	if a.Kind == policy.KindFunction {
		object += "()"
	}
	return api.Access{Op: a.Op.String(), Object: object, Columns: a.Columns, Free: a.Free, Position: position(a.Pos)}
}

// position is nil where a place cannot be named.
func position(pos int) *int {
	if pos < 0 {
		return nil
	}
	return &pos
}
