package config

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const shop = "upstreams: {shop: {url: \"postgres://svc@127.0.0.1/shop\"}}\n"

func TestShippedConfigurationsLoad(t *testing.T) {
	files, err := filepath.Glob("../../configs/*")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v in configs: %v", files, err)
	}
	for _, f := range files {
		c, err := Load(f)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if len(c.Warnings) > 0 {
			t.Errorf("%s warns: %v", f, c.Warnings)
		}
	}
}

func TestDefaults(t *testing.T) {
	c, err := Load("../../configs/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, got, want string }{
		{"cluster", c.Cluster, "sallyport"},
		{"listen.postgres", c.Listen.Postgres, "127.0.0.1:6432"},
		{"listen.mysql", c.Listen.MySQL, ""},
		{"listen.http", c.Listen.HTTP, "127.0.0.1:6480"},
		{"data_dir", c.DataDir, filepath.Join(dir, "data")},
		{"audit.durability", c.Audit.Durability, "process"},
		{"tokens.default_ttl", c.Tokens.DefaultTTL.String(), "15m0s"},
		{"tokens.max_ttl", c.Tokens.MaxTTL.String(), "1h0m0s"},
		{"mode", c.Upstreams[0].Mode, "enforce"},
		{"catalog", c.Upstreams[0].Catalog, "refreshed"},
		{"max_sleep", c.Upstreams[0].MaxSleep.String(), "1m0s"},
		{"tls", c.TLS.Cert + c.TLS.Key + c.TLS.ClientCA, ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if len(c.InsecurePlaintextFrom) != 0 {
		t.Errorf("plaintext is allowed from %v", c.InsecurePlaintextFrom)
	}
	full, err := Load("../../configs/sallyport.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if full.Listen != c.Listen || full.Tokens != c.Tokens || full.Audit != c.Audit || full.DataDir != c.DataDir || full.Cluster != c.Cluster {
		t.Error("sallyport.yaml claims to show the defaults, and does not")
	}
}

// The example of the specification, with real values in its tls section.
const specExample = `cluster: sallyport
listen:
  postgres: 127.0.0.1:6432
  mysql: 127.0.0.1:6306
  http: 127.0.0.1:6480
data_dir: ./data
tls: {cert: server.crt, key: server.key, client_ca: /etc/clients.crt}
insecure_plaintext_from: ["10.1.0.0/16"]
proxy_protocol_from: []
upstreams:
  shop:
    url: postgres://shop_svc@127.0.0.1:5432/shop?sslmode=verify-full
    password_file: /run/secrets/shop
    mode: enforce
    forbid: ["shop/public.salaries:all"]
  crm:
    url: postgresql://crm@db1,db2:5433,[::1]:5434/crm
    password_env: CRM_PASSWORD
tokens: {default_ttl: 5m, max_ttl: 30m}
audit: {durability: process}
`

func TestEveryKeyIsRead(t *testing.T) {
	c, err := Parse("/etc/sallyport/sallyport.yaml", []byte(specExample))
	if err != nil {
		t.Fatal(err)
	}
	if c.TLS != (TLS{Cert: "/etc/sallyport/server.crt", Key: "/etc/sallyport/server.key", ClientCA: "/etc/clients.crt"}) {
		t.Errorf("tls is %+v", c.TLS)
	}
	if c.DataDir != "/etc/sallyport/data" || c.File != "/etc/sallyport/sallyport.yaml" {
		t.Errorf("data_dir %s of %s", c.DataDir, c.File)
	}
	if len(c.InsecurePlaintextFrom) != 1 || c.InsecurePlaintextFrom[0] != netip.MustParsePrefix("10.1.0.0/16") {
		t.Errorf("insecure_plaintext_from is %v", c.InsecurePlaintextFrom)
	}
	if c.Tokens != (Tokens{DefaultTTL: 5 * time.Minute, MaxTTL: 30 * time.Minute}) {
		t.Errorf("tokens is %v", c.Tokens)
	}
	u, ok := c.Upstream("shop")
	if !ok || u.User != "shop_svc" || u.Database != "shop" || u.SSLMode != "verify-full" || u.PasswordFile != "/run/secrets/shop" {
		t.Errorf("shop is %+v", u)
	}
	if got := u.Forbid.String(); got != "shop/public.salaries:all" {
		t.Errorf("forbid is %q", got)
	}
	if u.URL != "postgres://shop_svc@127.0.0.1:5432/shop?sslmode=verify-full" {
		t.Errorf("url is %s", u.URL)
	}
	crm, ok := c.Upstream("crm")
	if !ok || strings.Join(crm.Hosts, " ") != "db1:5432 db2:5433 [::1]:5434" || crm.SSLMode != "verify-full" || crm.PasswordEnv != "CRM_PASSWORD" {
		t.Errorf("crm is %+v", crm)
	}
	if !strings.HasSuffix(crm.URL, "?sslmode=verify-full") {
		t.Errorf("the url %s does not hold the strict sslmode", crm.URL)
	}
	if _, ok := c.Upstream("nope"); ok {
		t.Error("found an upstream that is not there")
	}
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0].Error(), "sallyport.yaml:4:10: listen.mysql") {
		t.Errorf("warnings: %v", c.Warnings)
	}
}

func TestUnixSocketUpstream(t *testing.T) {
	c, err := Parse("s.yaml", []byte(`upstreams: {shop: {url: "postgres://svc@/shop?host=/run/postgresql&port=5433&sslmode=disable"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if u := c.Upstreams[0]; u.Hosts[0] != "/run/postgresql" || len(c.Warnings) != 0 {
		t.Errorf("%+v, warnings %v", u, c.Warnings)
	}
}

func TestWarnings(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"upstreams: {s: {url: \"postgres://r@db.example/d?sslmode=prefer\"}}", "s.yaml:1:22: upstreams.s.url: sslmode=prefer does not prove"},
		{"upstreams: {s: {url: \"postgres://r@localhost/d?sslmode=disable\", mode: observe}}", "s.yaml:1:72: upstreams.s.mode is observe: "},
		{shop + "insecure_plaintext_from: [\"0.0.0.0/0\"]", "s.yaml:2:27: insecure_plaintext_from holds 0.0.0.0/0"},
	} {
		c, err := Parse("s.yaml", []byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0].Error(), tt.want) {
			t.Errorf("%s\nwarns %v, want %s", tt.text, c.Warnings, tt.want)
		}
	}
}

func TestLoadNoFile(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.yaml"))
	if err == nil || !strings.Contains(err.Error(), "does not exist") || !strings.Contains(err.Error(), "--config") {
		t.Errorf("error %v", err)
	}
}

func TestErrorsAreAllOfThemInOrder(t *testing.T) {
	_, err := Parse("s.yaml", []byte("clutser: a\nlisten: {postgres: nowhere}\nupstreams:\n  shop: {url: redis://a@b/c, mod: enforce}\n"))
	var all Errors
	if !errors.As(err, &all) || len(all) != 4 {
		t.Fatalf("error %v", err)
	}
	for i := 1; i < len(all); i++ {
		if all[i].Line < all[i-1].Line {
			t.Errorf("out of order:\n%v", all)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(specExample))
	f.Add([]byte(shop + "tokens: &a {max_ttl: 1h}\naudit: *a\n<<: *a"))
	f.Add([]byte("a: [\n"))
	for _, tt := range refused {
		f.Add([]byte(tt.text))
	}
	if text, err := os.ReadFile("../../configs/sallyport.yaml"); err == nil {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("s.yaml", data)
		if (c == nil) == (err == nil) {
			t.Fatalf("configuration %v and error %v", c, err)
		}
		if c == nil {
			return
		}
		if len(c.Upstreams) == 0 || c.Tokens.MaxTTL <= 0 || c.Tokens.MaxTTL > MaxTokenTTL || c.Tokens.DefaultTTL > c.Tokens.MaxTTL || c.Tokens.DefaultTTL <= 0 {
			t.Fatalf("accepted %+v", c)
		}
		for _, u := range c.Upstreams {
			if u.Mode != Enforce && u.Mode != Observe || u.URL == "" || u.SSLMode == "" {
				t.Fatalf("accepted %+v", u)
			}
		}
	})
}
