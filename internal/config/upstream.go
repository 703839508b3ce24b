package config

import (
	"cmp"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/sallyport-db/sallyport/policy"
)

// Upstream is one database behind the proxy.
type Upstream struct {
	Name     string // as clients and scopes name it
	Protocol string // Postgres or MySQL
	// URL is complete and holds no password: sslmode is always in it. Give it to pgconn.ParseConfig, then set the
	// password from Password.
	URL      string
	User     string // the role that the proxy logs in as
	Database string
	Hosts    []string // host:port each, or the folder of a unix socket
	SSLMode  string

	SSLCA, SSLCert, SSLKey string // files, of a MySQL upstream; for PostgreSQL they are in the URL
	ServerKey              string // a MySQL server's public key, for passwords outside TLS

	Mode   string       // Enforce or Observe
	Forbid policy.Scope // beats every token; the zero Scope forbids nothing

	MaxSleep time.Duration // of one call of pg_sleep
	Catalog  string        // Refreshed or Strict

	PasswordFile string // absolute, or empty
	PasswordEnv  string // or empty
}

// The protocols of upstreams.
const (
	Postgres = "postgres"
	MySQL    = "mysql"
)

// The modes of an upstream.
const (
	Enforce = "enforce"
	Observe = "observe" // judge and record, forbid nothing
)

// How fresh the catalogue is that statements are judged by.
const (
	Refreshed = "refreshed" // as it was at most an interval ago
	Strict    = "strict"    // as it is: the database is asked before each statement
)

// upstreamName is what a scope can name without percent-encoding, and fits PostgreSQL's NAMEDATALEN as a database name.
var upstreamName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}$`)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) upstreams(c *Config, n ast.Node) []Upstream {
	var out []Upstream
	r.entries(n, "upstreams", func(name string, at, value ast.Node) {
		if !upstreamName.MatchString(name) {
			r.fail(at, "letters, digits, _ and - only, at most 63", "upstream %q cannot be named in a scope", name)
			return
		}
		out = append(out, r.upstream(c, name, at, value))
	})
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) == 0 {
		r.fail(n, "a proxy with nothing behind it serves nobody", "upstreams is empty")
	}
	slices.SortFunc(out, func(a, b Upstream) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (r *reader) upstream(c *Config, name string, at, n ast.Node) Upstream {
	u := Upstream{Name: name, Protocol: Postgres, Mode: Enforce, MaxSleep: time.Minute, Catalog: Refreshed}
	where := "upstreams." + name
	seen := r.mapping(n, where, fields{
		"url":           func(n ast.Node) { r.url(c, &u, n) },
		"password_file": func(n ast.Node) { u.PasswordFile = r.path(n, where+".password_file", c) },
		"password_env":  func(n ast.Node) { u.PasswordEnv = r.env(c, n, where+".password_env") },
		"mode":          func(n ast.Node) { u.Mode = r.mode(n, where+".mode") },
		"forbid":        func(n ast.Node) { u.Forbid = r.forbid(n, name) },
		"catalog":       func(n ast.Node) { u.Catalog = r.oneOf(n, where+".catalog", Refreshed, Strict) },
		"max_sleep":     func(n ast.Node) { u.MaxSleep = r.duration(n, where+".max_sleep") },
	})
	if _, ok := seen["url"]; !ok {
		r.fail(at, "such as postgres://shop_svc@127.0.0.1:5432/shop?sslmode=verify-full", "%s has no url", where)
	}
	for _, key := range []string{"catalog", "max_sleep"} {
		if n, ok := seen[key]; ok && u.Protocol == MySQL {
			r.fail(n, "", "%s.%s is for PostgreSQL only", where, key)
		}
	}
	if second, both := seen["password_env"]; both && seen["password_file"] != nil {
		r.fail(second, "keep one", "%s has both password_file and password_env", where)
	}
	return u
}

func (r *reader) env(c *Config, n ast.Node, name string) string {
	s, ok := r.text(n, name)
	if ok && !envName.MatchString(s) {
		r.fail(n, "the name of a variable, not the password itself", "%s is not the name of an environment variable", name)
	}
	c.places[name] = r.at(n)
	return s
}

// oneOf takes one of the values, of which the first is the default.
func (r *reader) oneOf(n ast.Node, name string, values ...string) string {
	s, ok := r.text(n, name)
	if ok && !slices.Contains(values, s) {
		r.fail(n, suggest(s, values), "%s: unknown value %q", name, s)
		ok = false
	}
	if !ok {
		return values[0]
	}
	return s
}

func (r *reader) mode(n ast.Node, name string) string {
	s, ok := r.text(n, name)
	switch {
	case !ok || s == Enforce:
	case s == Observe:
		r.warn(n, "%s is observe: statements are judged and recorded, and NOTHING is forbidden on this upstream, "+
			"neither by tokens nor by its forbid list", name)
	default:
		r.fail(n, suggest(s, []string{Enforce, Observe}), "%s: unknown value %q", name, s)
	}
	return s
}
