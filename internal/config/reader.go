package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// reader walks the YAML tree by hand instead of decoding into a struct: every value is then refused at its own place,
// and one run finds every problem. A method that finds none returns ok.
type reader struct {
	file     string // as shown in messages
	dir      string // the folder that relative paths start from
	errs     Errors
	warnings Errors
}

func (r *reader) at(n ast.Node) Problem {
	p := Problem{File: r.file}
	if n == nil {
		return p
	}
	t := n.GetToken()
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		t = m.Values[0].Key.GetToken() // the mapping's own token is its first ':'
	}
	return r.atToken(t)
}

func (r *reader) atToken(t *token.Token) Problem {
	p := Problem{File: r.file}
	if t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	return p
}

func (r *reader) fail(n ast.Node, hint, format string, args ...any) {
	p := r.at(n)
	p.Message, p.Hint = fmt.Sprintf(format, args...), hint
	r.errs = append(r.errs, p)
}

func (r *reader) warn(n ast.Node, format string, args ...any) {
	p := r.at(n)
	p.Message = fmt.Sprintf(format, args...)
	r.warnings = append(r.warnings, p)
}

// document parses the text and returns its one mapping, or nil after reporting why there is none.
func (r *reader) document(data []byte) ast.Node {
	switch {
	case len(data) > maxFileBytes:
		r.fail(nil, "", "is larger than %d bytes", maxFileBytes)
		return nil
	case !utf8.Valid(data):
		r.fail(nil, "save it as UTF-8", "is not valid UTF-8")
		return nil
	}
	// Repeated keys are found by mapping below, which says where the first one stands.
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	var body ast.Node
	for _, d := range file.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			r.fail(d.Body, "", "a second YAML document: one file holds one configuration")
			return nil
		}
		body = d.Body
	}
	if body == nil {
		r.fail(nil, "it needs at least one upstream", "is empty")
	}
	return body
}

func (r *reader) syntax(err error) {
	p := Problem{File: r.file, Message: "is not valid YAML: " + err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		p = r.atToken(at.GetToken())
		p.Message = "not valid YAML: " + at.GetMessage()
	}
	r.errs = append(r.errs, p)
}

// fields says how to read the value of each key that a mapping may have.
type fields map[string]func(value ast.Node)

// mapping reads the keys of n, refusing unknown, repeated and empty ones. It returns the key nodes that were seen.
func (r *reader) mapping(n ast.Node, name string, known fields) map[string]ast.Node {
	names := slices.Sorted(maps.Keys(known))
	return r.entries(n, name, func(key string, at, value ast.Node) {
		read, ok := known[key]
		if !ok {
			r.fail(at, suggest(key, names), "unknown key %q%s", key, within(name))
			return
		}
		read(value)
	})
}

// entries calls each for every key of n that is plain text, has a value and stands there for the first time.
func (r *reader) entries(n ast.Node, name string, each func(key string, at, value ast.Node)) map[string]ast.Node {
	seen := map[string]ast.Node{}
	m, ok := n.(ast.MapNode)
	if !ok {
		r.wrongType(n, name, "a mapping of keys to values")
		return seen
	}
	for it := m.MapRange(); it.Next(); {
		at := it.Key()
		key, ok := at.(*ast.StringNode)
		if !ok {
			r.fail(at, "", "a key must be plain text%s", within(name))
			continue
		}
		if first, again := seen[key.Value]; again {
			p := r.at(first)
			r.fail(at, "", "key %q%s stands twice, first on line %d", key.Value, within(name), p.Line)
			continue
		}
		seen[key.Value] = at
		if _, empty := it.Value().(*ast.NullNode); empty || it.Value() == nil {
			r.fail(at, "give it one, or remove the line", "key %q%s has no value", key.Value, within(name))
			continue
		}
		each(key.Value, at, it.Value())
	}
	return seen
}

// text reads a value that must be text.
func (r *reader) text(n ast.Node, name string) (string, bool) {
	s, ok := n.(*ast.StringNode)
	if !ok {
		r.wrongType(n, name, "text")
		return "", false
	}
	if strings.ContainsFunc(s.Value, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		r.fail(n, "", "%s holds a control character", name)
		return "", false
	}
	if strings.TrimSpace(s.Value) == "" {
		r.fail(n, "give it a value, or remove the line", "%s is empty", name)
		return "", false
	}
	return s.Value, true
}

// flag reads true or false. Nothing else is: YAML 1.1's yes and on are text.
func (r *reader) flag(n ast.Node, name string) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.wrongType(n, name, "true or false")
	}
	return ok && b.Value
}

// path reads a file name and makes it absolute.
func (r *reader) path(n ast.Node, name string, c *Config) string {
	s, ok := r.text(n, name)
	if !ok {
		return ""
	}
	c.places[name] = r.at(n)
	if !filepath.IsAbs(s) {
		s = filepath.Join(r.dir, s)
	}
	return filepath.Clean(s)
}

// list reads a sequence and calls each for its items.
func (r *reader) list(n ast.Node, name string, each func(item ast.Node)) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrongType(n, name, "a list")
		return
	}
	for _, item := range seq.Values {
		each(item)
	}
}

func (r *reader) wrongType(n ast.Node, name, want string) {
	if name == "" {
		name = "the configuration"
	}
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		r.fail(n, "write the value out", "%s must be %s; YAML anchors, aliases and tags are not read", name, want)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		hint := ""
		if want == "text" {
			hint = "put it in quotes"
		}
		r.fail(n, hint, "%s must be %s, not %s", name, want, kind(n))
	default:
		r.fail(n, "", "%s must be %s, not %s", name, want, kind(n))
	}
}

// kind names a node's type in the words of the field.
func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.StringNode:
		return "text"
	case *ast.LiteralNode:
		return "a block of text"
	case *ast.SequenceNode:
		return "a list"
	case ast.MapNode:
		return "a mapping"
	}
	return "nothing"
}

func within(name string) string {
	if name == "" {
		return ""
	}
	return " in " + name
}
