package config

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/sallyport-db/sallyport/policy"
)

// forbid reads the scopes that beat every token on this upstream.
func (r *reader) forbid(n ast.Node, upstream string) policy.Scope {
	name := "upstreams." + upstream + ".forbid"
	var scopes []policy.Scope
	r.list(n, name, func(item ast.Node) {
		text, ok := r.text(item, name)
		if !ok {
			return
		}
		s, err := policy.ParseScope(text)
		if err != nil {
			r.failScope(item, name, text, err)
			return
		}
		if !slices.Equal(s.Upstreams(), []string{upstream}) {
			r.fail(item, "it must begin with "+upstream+"/", "%s: %q does not speak of upstream %q", name, text, upstream)
			return
		}
		scopes = append(scopes, s)
	})
	return policy.Union(scopes...)
}

// failScope points at the character of the scope that is wrong, where the text stands in the file as it is.
func (r *reader) failScope(n ast.Node, name, text string, err error) {
	r.fail(n, "", "%s: %v", name, err)
	var syntax *policy.SyntaxError
	if !errors.As(err, &syntax) {
		return
	}
	p := &r.errs[len(r.errs)-1]
	p.Message = name + ": expected " + syntax.Expected + ", found " + syntax.Found
	p.Hint = "in the scope " + text
	if origin := n.GetToken().Origin; strings.Contains(origin, text) {
		p.Column += utf8.RuneCountInString(text[:syntax.Pos])
		if strings.ContainsAny(strings.TrimSpace(origin)[:1], `"'`) {
			p.Column++
		}
	}
}
