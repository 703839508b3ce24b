package config

import (
	"errors"
	"strings"
	"testing"
)

const before = `cluster: sallyport
listen: {postgres: "127.0.0.1:1", http: "127.0.0.1:2"}
data_dir: data
tls: {cert: a.crt, key: a.key}
upstreams:
  crm: {url: "postgres://svc@localhost/crm"}
  shop:
    url: postgres://svc@localhost/shop
    password_file: shop.password
tokens: {default_ttl: 5m, max_ttl: 1h}
`

func TestChanges(t *testing.T) {
	for _, tt := range []struct{ from, to, changed, refused string }{
		{"", "", "", ""},
		{"cluster: sallyport", "cluster: sallyport # the same", "", ""},
		{"tokens: {default_ttl: 5m", "tokens: {default_ttl: 300s", "", ""},
		{"a.crt, key: a.key", "b.crt, key: a.key", "tls", ""},
		{"a.key}", "a.key, client_ca: ca.crt}", "tls", ""},
		{"tls: {cert: a.crt, key: a.key}\n", "", "tls", ""},
		{"tokens: {default_ttl: 5m", "tokens: {default_ttl: 6m", "tokens.default_ttl", ""},
		{"max_ttl: 1h", "max_ttl: 2h", "tokens.max_ttl", ""},
		{"max_ttl: 1h", "max_ttl: 1h, on_misuse: revoke", "tokens.on_misuse", ""},
		{"max_ttl: 1h", "max_ttl: 1h, on_misuse: record", "", ""},
		{"cluster: sallyport", "cluster: sallyport\ninsecure_plaintext_from: [\"10.0.0.0/8\"]", "insecure_plaintext_from", ""},
		{"cluster: sallyport", "cluster: sallyport\nproxy_protocol_from: [\"10.0.0.1/32\"]", "proxy_protocol_from", ""},
		{"cluster: sallyport", "cluster: sallyport\ndenial_hints: false", "denial_hints", ""},
		{"    password_file: shop.password", "    password_env: SHOP", "upstreams.shop.password", ""},
		{"    password_file: shop.password\n", "", "upstreams.shop.password", ""},
		{"    password_file", "    mode: observe\n    password_file", "upstreams.shop.mode", ""},
		{"    password_file", "    catalog: strict\n    password_file", "upstreams.shop.catalog", ""},
		{"    password_file", "    max_sleep: 5s\n    password_file", "upstreams.shop.max_sleep", ""},
		{"    password_file", "    forbid: [\"shop/public.a:all\"]\n    password_file", "upstreams.shop.forbid", ""},
		{"  crm: {", "  new: {url: postgres://svc@localhost/new}\n  crm: {", "upstreams.new", ""},
		{"default_ttl: 5m, max_ttl: 1h}", "default_ttl: 6m, max_ttl: 2h}\ndenial_hints: false", "denial_hints tokens.default_ttl tokens.max_ttl", ""},

		{"cluster: sallyport", "cluster: other", "", "s.yaml:1:10: cluster cannot change while the server runs (restart the server, or take the change back)"},
		{"cluster: sallyport\nlisten", "cluster: other\ndenial_hints: false\nlisten", "", "s.yaml:1:10: cluster cannot change"},
		{`postgres: "127.0.0.1:1"`, `postgres: "127.0.0.1:3"`, "", "s.yaml:2:20: listen.postgres cannot change"},
		{`http: "127.0.0.1:2"`, `http: "127.0.0.1:3"`, "", "s.yaml:2:41: listen.http cannot change"},
		{"data_dir: data", "data_dir: elsewhere", "", "s.yaml:3:11: data_dir cannot change"},
		{"localhost/shop", "otherhost/shop", "", "s.yaml:8:10: upstreams.shop.url cannot change"},
		{"svc@localhost/shop", "other@localhost/shop", "", "s.yaml:8:10: upstreams.shop.url cannot change"},
		{"  crm: {url: \"postgres://svc@localhost/crm\"}\n", "", "", "s.yaml: upstreams.crm cannot be removed while the server runs"},
		{"data_dir: data\n", "", "", ""}, // the default is the same folder
		{"cluster: sallyport\n", "", "", ""},
		{`listen: {postgres: "127.0.0.1:1", http: "127.0.0.1:2"}` + "\n", "", "", "s.yaml: listen.postgres cannot change"},
	} {
		if !strings.Contains(before, tt.from) {
			t.Fatalf("nothing to replace: %q", tt.from)
		}
		old, err := Parse("s.yaml", []byte(before))
		if err != nil {
			t.Fatal(err)
		}
		next, err := Parse("s.yaml", []byte(strings.Replace(before, tt.from, tt.to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		changed, err := old.Changes(next)
		if strings.Join(changed, " ") != tt.changed {
			t.Errorf("%q for %q: changed %q, want %q", tt.to, tt.from, changed, tt.changed)
		}
		if tt.refused == "" && err != nil || tt.refused != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.refused)) {
			t.Errorf("%q for %q: %v, want %q", tt.to, tt.from, err, tt.refused)
		}
		var list Errors
		if err != nil && !errors.As(err, &list) {
			t.Errorf("not a list of problems: %T", err)
		}
	}
}
