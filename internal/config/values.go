package config

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// clusterName keeps the audience claim printable, short and free of anything that needs quoting.
var clusterName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$`)

// config reads the top level.
func (r *reader) config(c *Config, root ast.Node) {
	seen := r.mapping(root, "", fields{
		"cluster":                 func(n ast.Node) { c.Cluster = r.cluster(c, n) },
		"listen":                  func(n ast.Node) { r.listen(c, n) },
		"data_dir":                func(n ast.Node) { c.DataDir = r.path(n, "data_dir", c) },
		"state":                   func(n ast.Node) { r.state(c, n) },
		"tls":                     func(n ast.Node) { r.tls(c, n) },
		"insecure_plaintext_from": func(n ast.Node) { c.InsecurePlaintextFrom = r.plaintext(n) },
		"proxy_protocol_from":     func(n ast.Node) { c.ProxyProtocolFrom = r.proxyProtocol(n) },
		"denial_hints":            func(n ast.Node) { c.DenialHints = r.flag(n, "denial_hints") },
		"upstreams":               func(n ast.Node) { c.Upstreams = r.upstreams(c, n) },
		"tokens":                  func(n ast.Node) { r.tokens(&c.Tokens, n) },
		"audit":                   func(n ast.Node) { r.audit(c, n) },
		"api":                     func(n ast.Node) { r.api(c, n) },
		"issuers":                 func(n ast.Node) { c.Issuers = r.issuers(c, n) },
		"grants":                  func(n ast.Node) { c.Grants = r.grants(n) },
	})
	r.federation(c)
	if !slices.ContainsFunc(c.Upstreams, func(u Upstream) bool { return u.Protocol == MySQL }) {
		c.Listen.MySQL = "" // nobody to serve there
		if p, ok := c.places["listen.mysql"]; ok {
			p.Message = "listen.mysql: no upstream is MySQL, so nothing listens there"
			r.warnings = append(r.warnings, p)
		}
	}
	if _, ok := seen["upstreams"]; !ok {
		r.fail(nil, "a proxy with nothing behind it serves nobody", "has no upstreams")
	}
}

func (r *reader) cluster(c *Config, n ast.Node) string {
	c.places["cluster"] = r.at(n)
	s, ok := r.text(n, "cluster")
	if ok && !clusterName.MatchString(s) {
		r.fail(n, "letters, digits and ._:/- only, at most 128", "cluster %q cannot be a tokens' audience", s)
	}
	return s
}

func (r *reader) listen(c *Config, n ast.Node) {
	users, l := map[string]string{}, &c.Listen
	read := func(name string, to *string) func(ast.Node) {
		return func(n ast.Node) {
			s, ok := r.text(n, "listen."+name)
			if !ok || !r.address(n, "listen."+name, s) {
				return
			}
			if other, taken := users[s]; taken && !strings.HasSuffix(s, ":0") {
				r.fail(n, "", "listen.%s is the same address as listen.%s", name, other)
			}
			users[s], *to = name, s
			c.places["listen."+name] = r.at(n)
		}
	}
	r.mapping(n, "listen", fields{
		"postgres": read("postgres", &l.Postgres),
		"http":     read("http", &l.HTTP),
		"mysql":    read("mysql", &l.MySQL),
	})
}

// address checks host:port. The host may be empty (every interface) or a name; the port is a number.
func (r *reader) address(n ast.Node, name, s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		r.fail(n, `for example "127.0.0.1:6432"; an IPv6 address stands in brackets`, "%s: %q is not host:port", name, s)
		return false
	}
	if v, err := strconv.ParseUint(port, 10, 16); err != nil || port != strconv.FormatUint(v, 10) {
		r.fail(n, "a number from 0 to 65535", "%s: %q is not a port", name, port)
		return false
	}
	if strings.ContainsAny(host, " \t/@*") {
		r.fail(n, "leave the host empty to listen on every interface", "%s: %q is not an address to listen on", name, host)
		return false
	}
	return true
}

func (r *reader) tls(c *Config, n ast.Node) {
	seen := r.mapping(n, "tls", fields{
		"cert":      func(n ast.Node) { c.TLS.Cert = r.path(n, "tls.cert", c) },
		"key":       func(n ast.Node) { c.TLS.Key = r.path(n, "tls.key", c) },
		"client_ca": func(n ast.Node) { c.TLS.ClientCA = r.path(n, "tls.client_ca", c) },
	})
	cert, hasCert := seen["cert"]
	key, hasKey := seen["key"]
	switch {
	case hasCert && !hasKey:
		r.fail(cert, "or remove both: a private CA and certificate are then made in data_dir/tls", "tls.cert needs tls.key")
	case hasKey && !hasCert:
		r.fail(key, "or remove both: a private CA and certificate are then made in data_dir/tls", "tls.key needs tls.cert")
	}
}

// networks reads a list of CIDRs. A bare address and set host bits are refused: each is more often a slip than meant.
// everywhere is called for a network that holds every address.
func (r *reader) networks(n ast.Node, name string, everywhere func(item ast.Node, cidr string)) []netip.Prefix {
	var out []netip.Prefix
	r.list(n, name, func(item ast.Node) {
		s, ok := r.text(item, name)
		if !ok {
			return
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			hint := `for example "10.1.0.0/16"`
			if a, err := netip.ParseAddr(s); err == nil {
				hint = "write " + netip.PrefixFrom(a, a.BitLen()).String()
			}
			r.fail(item, hint, "%s: %q is not a CIDR", name, s)
			return
		}
		switch {
		case p.Addr().Is4In6():
			r.fail(item, "write the IPv4 network", "%s: %q is an IPv4-mapped address", name, s)
		case p != p.Masked():
			r.fail(item, "write "+p.Masked().String(), "%s: %q has bits set behind its prefix", name, s)
		case slices.Contains(out, p):
			r.fail(item, "", "%s: %q stands twice", name, s)
		default:
			out = append(out, p)
		}
		if p.Bits() == 0 {
			everywhere(item, s)
		}
	})
	return out
}

func (r *reader) plaintext(n ast.Node) []netip.Prefix {
	return r.networks(n, "insecure_plaintext_from", func(item ast.Node, cidr string) {
		r.warn(item, "insecure_plaintext_from holds %s: anyone who can reach the port sends passwords in the clear", cidr)
	})
}

func (r *reader) proxyProtocol(n ast.Node) []netip.Prefix {
	return r.networks(n, "proxy_protocol_from", func(item ast.Node, cidr string) {
		r.fail(item, "name the load balancers", "proxy_protocol_from: with %s everybody chooses the address that a token is used from", cidr)
	})
}

func (r *reader) tokens(t *Tokens, n ast.Node) {
	var defaultAt ast.Node
	r.mapping(n, "tokens", fields{
		"default_ttl": func(n ast.Node) { defaultAt, t.DefaultTTL = n, r.duration(n, "tokens.default_ttl") },
		"on_misuse":   func(n ast.Node) { t.RevokeOnMisuse = r.word(n, "tokens.on_misuse", "record", "revoke") == "revoke" },
		"max_ttl": func(n ast.Node) {
			t.MaxTTL = r.duration(n, "tokens.max_ttl")
			if t.MaxTTL > MaxTokenTTL {
				r.fail(n, "tokens are never unlimited: at most 24h", "tokens.max_ttl %v is too long", t.MaxTTL)
			}
		},
	})
	if t.MaxTTL == 0 || t.DefaultTTL <= t.MaxTTL {
		return
	}
	if defaultAt == nil { // only max_ttl was given, below the built-in default
		t.DefaultTTL = t.MaxTTL
		return
	}
	r.fail(defaultAt, "", "tokens.default_ttl %v is longer than tokens.max_ttl %v", t.DefaultTTL, t.MaxTTL)
}

// duration reads a length of time in Go's notation. At least one second: tokens count in whole seconds.
func (r *reader) duration(n ast.Node, name string) time.Duration {
	if i, ok := n.(*ast.IntegerNode); ok {
		r.fail(n, `for example "`+i.GetToken().Value+`s"`, "%s needs a unit", name)
		return 0
	}
	s, ok := r.text(n, name)
	if !ok {
		return 0
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		r.fail(n, "a number with a unit s, m or h, such as 15m", "%s: %q is not a length of time", name, s)
		return 0
	case d < time.Second || d%time.Second != 0:
		r.fail(n, "", "%s: %q must be a whole number of seconds, at least one", name, s)
		return 0
	}
	return d
}

// word reads one of a few words.
func (r *reader) word(n ast.Node, name string, words ...string) string {
	s, ok := r.text(n, name)
	if ok && !slices.Contains(words, s) {
		r.fail(n, suggest(s, words), "%s: unknown value %q", name, s)
	}
	return s
}

func (r *reader) audit(c *Config, n ast.Node) {
	r.mapping(n, "audit", fields{"durability": func(n ast.Node) {
		s, ok := r.text(n, "audit.durability")
		c.places["audit.durability"] = r.at(n)
		switch {
		case !ok:
		case s == "process" || s == "disk":
			c.Audit.Durability = s
		default:
			r.fail(n, suggest(s, []string{"process", "disk"}), "audit.durability: unknown value %q", s)
		}
	}})
}
