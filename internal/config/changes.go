package config

import (
	"reflect"
	"slices"
	"strings"
)

// Changes compares two configurations of one server: it returns the keys that a reload from c to next changes, sorted.
// What cannot change while the server runs is an error instead, an Errors that names each such key at its place in
// next; nothing of next may be applied then.
func (c *Config) Changes(next *Config) ([]string, error) {
	var changed []string
	var errs Errors
	for _, k := range c.keys(next) {
		switch {
		case k.same:
		case k.fixed != "":
			p := next.places[k.name]
			p.File, p.Message, p.Hint = next.shown, k.name+" "+k.fixed, "restart the server, or take the change back"
			errs = append(errs, p)
		default:
			changed = append(changed, k.name)
		}
	}
	if errs != nil {
		errs.sort()
		return nil, errs
	}
	slices.Sort(changed)
	return changed, nil
}

// key is one key of two configurations.
type key struct {
	name  string
	same  bool
	fixed string // why it cannot change while the server runs; empty: it can
}

const fixed = "cannot change while the server runs"

func (c *Config) keys(next *Config) []key {
	list := []key{
		{"cluster", c.Cluster == next.Cluster, fixed},
		{"listen.postgres", c.Listen.Postgres == next.Listen.Postgres, fixed},
		{"listen.mysql", c.Listen.MySQL == next.Listen.MySQL, fixed},
		{"listen.http", c.Listen.HTTP == next.Listen.HTTP, fixed},
		{"data_dir", c.DataDir == next.DataDir, fixed},
		{"state", reflect.DeepEqual(c.State, next.State), fixed},
		{"audit.durability", c.Audit == next.Audit, fixed},
		{"tls", c.TLS == next.TLS, ""},
		{"insecure_plaintext_from", slices.Equal(c.InsecurePlaintextFrom, next.InsecurePlaintextFrom), ""},
		{"proxy_protocol_from", slices.Equal(c.ProxyProtocolFrom, next.ProxyProtocolFrom), ""},
		{"denial_hints", c.DenialHints == next.DenialHints, ""},
		{"tokens.default_ttl", c.Tokens.DefaultTTL == next.Tokens.DefaultTTL, ""},
		{"api", c.API == next.API, ""},
		{"issuers", slices.Equal(c.Issuers, next.Issuers), ""},
		{"grants", slices.EqualFunc(c.Grants, next.Grants, Grant.equal), ""},
		{"tokens.on_misuse", c.Tokens.RevokeOnMisuse == next.Tokens.RevokeOnMisuse, ""},
		{"tokens.max_ttl", c.Tokens.MaxTTL == next.Tokens.MaxTTL, ""},
	}
	for i := range c.Upstreams {
		old := &c.Upstreams[i]
		name := "upstreams." + old.Name
		u, ok := next.Upstream(old.Name)
		if !ok {
			// Sessions may be on it, and tokens name it.
			list = append(list, key{name, false, "cannot be removed while the server runs"})
			continue
		}
		list = append(list,
			// Sessions would be on one database and judged by the catalogue of another.
			key{name + ".url", old.URL == u.URL, fixed},
			key{name + ".password", old.PasswordFile == u.PasswordFile && old.PasswordEnv == u.PasswordEnv, ""},
			key{name + ".mode", old.Mode == u.Mode, ""},
			key{name + ".catalog", old.Catalog == u.Catalog, ""},
			key{name + ".max_sleep", old.MaxSleep == u.MaxSleep, ""},
			key{name + ".forbid", old.Forbid.String() == u.Forbid.String(), ""},
		)
	}
	for i := range next.Upstreams {
		if _, known := c.Upstream(next.Upstreams[i].Name); !known {
			list = append(list, key{"upstreams." + next.Upstreams[i].Name, false, ""})
		}
	}
	return list
}

// Observing names the upstreams on which nothing is forbidden, separated by commas; it is empty where there is none.
func (c *Config) Observing() string {
	var names []string
	for i := range c.Upstreams {
		if c.Upstreams[i].Mode == Observe {
			names = append(names, c.Upstreams[i].Name)
		}
	}
	return strings.Join(names, ", ")
}
