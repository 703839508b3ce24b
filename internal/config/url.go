package config

import (
	"maps"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// sslModes are libpq's (PostgreSQL documentation, 34.19.3 "Protection Provided in Different Modes").
var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

// urlParams are the connection parameters that may stand in an upstream's URL. Left out on purpose: what sets the
// session's state (options, search_path, role…), because the gate reads statements knowing that state, and what reads
// secrets or settings from elsewhere (password, passfile, service).
var urlParams = map[string][]string{ // name → values; nil: any
	"sslmode":              sslModes,
	"sslrootcert":          nil,
	"sslcert":              nil,
	"sslkey":               nil,
	"sslsni":               {"0", "1"},
	"sslnegotiation":       {"postgres", "direct"},
	"channel_binding":      {"disable", "prefer", "require"},
	"require_auth":         nil,
	"connect_timeout":      nil,
	"target_session_attrs": {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"},
	"host":                 nil, // the folder of a unix socket
	"port":                 nil,
}

// urlFile is a file that a parameter of a URL names.
type urlFile struct {
	path   string
	secret bool
	place  Problem
}

// url reads an upstream's URL. Messages never repeat the URL: a password may be in it.
func (r *reader) url(c *Config, u *Upstream, n ast.Node) {
	where := "upstreams." + u.Name + ".url"
	c.places[where] = r.at(n)
	s, ok := r.text(n, where)
	if !ok {
		return
	}
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case ok && (scheme == "mysql" || scheme == "mariadb"):
		r.mysqlURL(c, u, n, where, s)
		return
	case !ok || scheme != "postgres" && scheme != "postgresql":
		r.fail(n, "postgres://role@host:5432/database?sslmode=verify-full", "%s does not begin with postgres:// or mysql://", where)
		return
	}
	// net/url knows one host an authority; libpq's URIs have a list. So the list is taken out before parsing.
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@') + 1
	parsed, err := url.Parse(scheme + "://" + rest[:at] + "host" + rest[end:])
	if err != nil || parsed.Fragment != "" {
		r.fail(n, "percent-encode special characters", "%s is not a valid URL", where)
		return
	}
	if !r.urlUser(n, where, u, parsed) {
		return
	}
	query, err := url.ParseQuery(parsed.RawQuery)
	if err != nil || !r.urlParams(c, n, where, query) || !r.urlHosts(n, where, u, rest[at:end], query) {
		if err != nil {
			r.fail(n, "percent-encode special characters", "%s: what follows ? cannot be read", where)
		}
		return
	}
	r.urlTLS(n, where, u, query)
	u.URL = scheme + "://" + rest[:end] + parsed.EscapedPath() + "?" + query.Encode()
}

func (r *reader) urlUser(n ast.Node, where string, u *Upstream, parsed *url.URL) bool {
	if _, inline := parsed.User.Password(); inline {
		r.fail(n, "take it out and name a password_file or a password_env", "%s holds a password", where)
		return false
	}
	u.User = parsed.User.Username()
	u.Database = strings.TrimPrefix(parsed.Path, "/")
	switch {
	case u.User == "":
		r.fail(n, "postgres://role@host…", "%s does not say which role to log in as", where)
	case u.Database == "" || strings.Contains(u.Database, "/"):
		r.fail(n, "postgres://role@host:5432/database", "%s does not say which database", where)
	default:
		return true
	}
	return false
}

// urlParams checks names and values of the parameters.
func (r *reader) urlParams(c *Config, n ast.Node, where string, query url.Values) bool {
	before := len(r.errs)
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values, known := urlParams[name]
		value := query.Get(name)
		switch {
		case name == "password" || name == "sslpassword":
			r.fail(n, "take it out and name a password_file or a password_env", "%s holds a password", where)
		case !known:
			r.fail(n, suggest(name, slices.Sorted(maps.Keys(urlParams))), "%s: parameter %q may not be set here", where, name)
		case len(query[name]) > 1:
			r.fail(n, "", "%s: parameter %q stands twice", where, name)
		case values != nil && !slices.Contains(values, value):
			r.fail(n, suggest(value, values), "%s: unknown %s %q", where, name, value)
		case slices.Contains([]string{"sslrootcert", "sslcert", "sslkey"}, name) && value != "system":
			if !filepath.IsAbs(value) {
				r.fail(n, "", "%s: %s must be an absolute path", where, name)
			}
			place := r.at(n)
			place.Message = where + ": " + name
			c.urlTLS = append(c.urlTLS, urlFile{path: value, secret: name == "sslkey", place: place})
		}
	}
	if query.Has("sslcert") != query.Has("sslkey") {
		r.fail(n, "", "%s: sslcert and sslkey need each other", where)
	}
	return len(r.errs) == before
}

// urlHosts reads "host:port,host:port", or the folder of a unix socket from the parameter host.
func (r *reader) urlHosts(n ast.Node, where string, u *Upstream, authority string, query url.Values) bool {
	if socket := query.Get("host"); socket != "" && authority == "" {
		if !filepath.IsAbs(socket) {
			r.fail(n, "a network host stands before the database", "%s: host must be the folder of a unix socket", where)
			return false
		}
		u.Hosts = []string{socket}
		return true
	}
	if query.Has("host") || query.Has("port") {
		r.fail(n, "write postgres://role@host:port/database", "%s: host and port are for unix sockets only", where)
		return false
	}
	for _, h := range strings.Split(authority, ",") {
		host, port := h, "5432"
		if i := strings.LastIndexByte(h, ':'); i > strings.LastIndexByte(h, ']') {
			host, port = h[:i], h[i+1:]
		}
		if host == "" || port == "" || port == "0" {
			r.fail(n, "postgres://role@host:5432/database", "%s does not say which host and port", where)
			return false
		}
		joined := net.JoinHostPort(strings.Trim(host, "[]"), port)
		if !r.address(n, where, joined) {
			return false
		}
		u.Hosts = append(u.Hosts, joined)
	}
	return true
}

// urlTLS fills in the strict sslmode where none is given, and warns of one that lets others read or pose as the
// database.
func (r *reader) urlTLS(n ast.Node, where string, u *Upstream, query url.Values) {
	if !query.Has("sslmode") {
		query.Set("sslmode", "verify-full")
	}
	u.SSLMode = query.Get("sslmode")
	if strings.HasPrefix(u.SSLMode, "verify-") || query.Get("sslrootcert") == "system" || !slices.ContainsFunc(u.Hosts, remote) {
		return
	}
	r.warn(n, "%s: sslmode=%s does not prove that the database is the right one; use verify-full over a network", where, u.SSLMode)
}

// remote reports whether a host:port is neither loopback nor a unix socket.
func remote(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil || host == "localhost" {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err != nil || !a.IsLoopback()
}
