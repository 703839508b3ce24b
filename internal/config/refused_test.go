package config

import (
	"strings"
	"testing"
)

// refused lists texts and the beginning of one of the problems that they must give. Each text stands alone; +shop marks
// one to which a good upstream is added.
var refused = []struct {
	name, text, want string
}{
	{"empty", "", "s.yaml: is empty (it needs at least one upstream)"},
	{"comments only", "# nothing\n", "s.yaml: is empty"},
	{"not YAML", "listen: [\n", "s.yaml:1:"},
	{"a list", "- a\n", "s.yaml:1:1: the configuration must be a mapping of keys to values, not a list"},
	{"two documents", shop + "---\n" + shop, "s.yaml:3:"},
	{"not UTF-8", "cluster: \xff\n", "s.yaml: is not valid UTF-8"},
	{"no upstreams", "cluster: a\n", "s.yaml: has no upstreams"},
	{"empty upstreams", "upstreams: {}\n", "s.yaml:1:12: upstreams is empty"},

	{"unknown key", shop + "clutser: a\n", `s.yaml:2:1: unknown key "clutser" (did you mean "cluster"?)`},
	{"unknown key, nothing near", shop + "xyz: a\n", `s.yaml:2:1: unknown key "xyz" (known here: api, audit, cluster, data_dir,`},
	{"unknown key below", shop + "listen:\n  postgers: 127.0.0.1:1\n", `s.yaml:3:3: unknown key "postgers" in listen (did you mean "postgres"?)`},
	{"unknown key of an upstream", "upstreams:\n  shop:\n    url: postgres://a@b/c\n    pasword_file: x\n", `s.yaml:4:5: unknown key "pasword_file" in upstreams.shop (did you mean "password_file"?)`},
	{"upper case is another key", shop + "Cluster: a\n", `s.yaml:2:1: unknown key "Cluster" (did you mean "cluster"?)`},
	{"duplicate key", shop + "cluster: a\ncluster: b\n", `s.yaml:3:1: key "cluster" stands twice, first on line 2`},
	{"duplicate upstream", "upstreams:\n  s: {url: postgres://a@b/c}\n  s: {url: postgres://a@b/c}\n", `s.yaml:3:3: key "s" in upstreams stands twice, first on line 2`},
	{"no value", shop + "tls:\n", `s.yaml:2:1: key "tls" has no value`},
	{"empty text", shop + `cluster: ""`, "s.yaml:2:10: cluster is empty"},
	{"number for text", shop + "cluster: 12\n", "s.yaml:2:10: cluster must be text, not a number (put it in quotes)"},
	{"list for text", shop + "cluster: [a]\n", "s.yaml:2:10: cluster must be text, not a list"},
	{"text for mapping", shop + "listen: all\n", "s.yaml:2:9: listen must be a mapping of keys to values, not text"},
	{"text for list", shop + "insecure_plaintext_from: 10.0.0.0/8\n", "s.yaml:2:26: insecure_plaintext_from must be a list, not text"},
	{"anchor", "cluster: &a b\n" + shop, "s.yaml:1:10: cluster must be text; YAML anchors"},
	{"merge key", shop + "<<: {cluster: a}\n", "s.yaml:2:1: a key must be plain text"},
	{"number as key", shop + "1: a\n", "s.yaml:2:1: a key must be plain text"},
	{"control character", shop + `cluster: "a\u0007"`, "s.yaml:2:10: cluster holds a control character"},

	{"cluster with a blank", shop + "cluster: my cluster\n", `s.yaml:2:10: cluster "my cluster" cannot be`},
	{"address without port", shop + "listen: {postgres: 127.0.0.1}\n", `s.yaml:2:20: listen.postgres: "127.0.0.1" is not host:port`},
	{"port as a name", shop + `listen: {postgres: "127.0.0.1:pg"}`, `s.yaml:2:20: listen.postgres: "pg" is not a port`},
	{"port too large", shop + `listen: {http: "127.0.0.1:65536"}`, `s.yaml:2:16: listen.http: "65536" is not a port`},
	{"star as host", shop + `listen: {http: "*:6480"}`, `s.yaml:2:16: listen.http: "*" is not an address`},
	{"one address twice", shop + `listen: {postgres: "127.0.0.1:1", http: "127.0.0.1:1"}`, "s.yaml:2:41: listen.http is the same address as listen.postgres"},
	{"cert without key", shop + "tls: {cert: a}\n", "s.yaml:2:7: tls.cert needs tls.key"},
	{"key without cert", shop + "tls: {key: a}\n", "s.yaml:2:7: tls.key needs tls.cert"},
	{"address for a network", shop + `insecure_plaintext_from: ["10.0.0.1"]`, `s.yaml:2:27: insecure_plaintext_from: "10.0.0.1" is not a CIDR (write 10.0.0.1/32)`},
	{"host bits", shop + `insecure_plaintext_from: ["10.0.0.1/8"]`, `s.yaml:2:27: insecure_plaintext_from: "10.0.0.1/8" has bits set behind its prefix (write 10.0.0.0/8)`},
	{"mapped network", shop + `insecure_plaintext_from: ["::ffff:10.0.0.0/104"]`, `s.yaml:2:27: insecure_plaintext_from: "::ffff:10.0.0.0/104" is`},
	{"PROXY headers from everywhere", shop + `proxy_protocol_from: ["0.0.0.0/0"]`, "s.yaml:2:23: proxy_protocol_from: with 0.0.0.0/0 everybody chooses the address that a token is used from (name the load"},

	{"state without servers", shop + "state: {key_file: k, nats: {replicas: 3}}\n", "s.yaml:2:28: state.nats needs servers"},
	{"no servers", shop + "state: {key_file: k, nats: {servers: []}}\n", "s.yaml:2:38: state.nats.servers is empty"},
	{"servers without a key file", shop + "state: {nats: {servers: ['tls://a:4222']}}\n", "s.yaml:2:15: state.nats needs state.key_file"},
	{"a key file alone", shop + "state: {key_file: k}\n", "s.yaml:2:19: state.key_file without state.nats"},
	{"a loss alone", shop + "state: {on_loss: fence}\n", "s.yaml:2:18: state.on_loss without state.nats"},
	{"an unknown loss", shop + "state: {on_loss: open, key_file: k, nats: {servers: ['tls://a:4222']}}\n", `s.yaml:2:18: state.on_loss: unknown value "open"`},
	{"a long grace", shop + "state: {on_loss: {grace: 2h}, key_file: k, nats: {servers: ['tls://a:4222']}}\n", "s.yaml:2:26: state.on_loss.grace 2h0m0s is too long"},
	{"NATS in the clear", shop + "state: {key_file: k, nats: {servers: ['nats://a:4222']}}\n", `s.yaml:2:39: state.nats.servers: "nats://a:4222" would be spoken to in the clear`},
	{"NATS with a password", shop + "state: {key_file: k, nats: {servers: ['tls://a:b@c:4222']}}\n", "s.yaml:2:39: state.nats.servers: no secret belongs into this file"},
	{"NATS without a port", shop + "state: {key_file: k, nats: {servers: ['tls://a']}}\n", "s.yaml:2:39: state.nats.servers: not a server"},
	{"replicas", shop + "state: {key_file: k, nats: {servers: ['tls://a:1'], replicas: 2}}\n", "s.yaml:2:63: state.nats.replicas is not"},
	{"NATS certificate without a key", shop + "state: {key_file: k, nats: {servers: ['tls://a:1'], tls: {cert: c}}}\n", "s.yaml:2:58: state.nats.tls needs both"},
	{"life without unit", shop + "tokens: {max_ttl: 60}\n", `s.yaml:2:19: tokens.max_ttl needs a unit (for example "60s")`},
	{"on misuse", shop + "tokens: {on_misuse: ignore}\n", `s.yaml:2:21: tokens.on_misuse: unknown value "ignore"`},
	{"unlimited", shop + "tokens: {max_ttl: unlimited}\n", `s.yaml:2:19: tokens.max_ttl: "unlimited" is not a length of time`},
	{"zero life", shop + "tokens: {default_ttl: 0s}\n", `s.yaml:2:23: tokens.default_ttl: "0s" must be`},
	{"negative life", shop + "tokens: {default_ttl: -5m}\n", `s.yaml:2:23: tokens.default_ttl: "-5m" must be`},
	{"a year", shop + "tokens: {max_ttl: 8760h}\n", "s.yaml:2:19: tokens.max_ttl 8760h0m0s is too long (tokens are never unlimited: at most 24h)"},
	{"default over maximum", shop + "tokens: {default_ttl: 2h}\n", "s.yaml:2:23: tokens.default_ttl 2h0m0s is longer than tokens.max_ttl 1h0m0s"},
	{"durability unknown", shop + "audit: {durability: proces}\n", `s.yaml:2:21: audit.durability: unknown value "proces" (did you mean "process"?)`},

	{"API over plain HTTP", shop + "api: {url: \"http://a:1\"}\n", `s.yaml:2:12: api.url: "http://a:1" is not the https URL of a host`},
	{"API without URL", shop + "api: {}\n", "s.yaml:2:6: api has no url"},
	{"right that is none", shop + "grants: [{issuer: client_certificate, match: {cn: a}, may: [\"token:issue\"], from: any}]\n", `s.yaml:2:61: grants.may: "token:issue" is not a right`},
	{"certificates without a CA", shop + "grants: [{issuer: client_certificate, match: {cn: a}, may: [\"audit:read\"], from: any}]\n", "s.yaml:2:10: grants: client certificates are asked for only where tls.client_ca is set"},
	{"grant of nothing", shop + "grants: [{issuer: client_certificate, match: {cn: a}, from: any}]\n", "s.yaml:2:10: an entry of grants has neither scope nor may"},
	{"issuer without audience", shop + "issuers: [{iss: \"https://idp\"}]\n", "s.yaml:2:11: an entry of issuers has no audience"},
	{"keys over plain HTTP", shop + "issuers: [{iss: i, audience: a, jwks_url: \"http://idp/keys\"}]\n", `s.yaml:2:43: issuers.jwks_url: "http://idp/keys" is not an https URL (keys`},
	{"discovery over plain HTTP", shop + "issuers: [{iss: \"http://idp\", audience: a}]\n", `s.yaml:2:11: issuers.iss "http://idp" is not an https URL, at which`},
	{"one prefix for two", shop + "issuers: [{iss: \"https://a\", audience: a}, {iss: \"https://b\", audience: a}]\n", `s.yaml:2:44: two issuers have the prefix ""`},
	{"grant for everybody", shop + "grants: [{issuer: a, match: {}, scope: [\"shop:unrestricted\"], from: any}]\n", "s.yaml:2:22: grants.match is for everybody"},
	{"grant without sources", shop + "grants: [{issuer: a, match: {sub: b}, scope: [\"shop:unrestricted\"]}]\n", "s.yaml:2:10: an entry of grants has no from"},
	{"grant of a stranger", shop + "grants: [{issuer: a, match: {sub: b}, scope: [\"shop:unrestricted\"], from: any}]\n", `s.yaml:2:10: grants: "a" is none of the issuers`},
	{"grant on nothing", shop + "issuers: [{iss: a, audience: b, jwks_file: c}]\ngrants: [{issuer: a, match: {sub: b}, scope: [\"crm:unrestricted\"], from: any}]\n", `s.yaml:3:10: grants: the scope names "crm", which is none of the upstreams`},

	{"upstream name", "upstreams: {sh.op: {url: postgres://a@b/c}}", `s.yaml:1:13: upstream "sh.op" cannot be named in a scope`},
	{"no url", "upstreams:\n  shop: {mode: enforce}\n", "s.yaml:2:3: upstreams.shop has no url"},
	{"hints as text", shop + "denial_hints: \"true\"\n", "s.yaml:2:15: denial_hints must be true or false, not text"},
	{"hints as yes", shop + "denial_hints: yes\n", "s.yaml:2:15: denial_hints must be true or false, not text"},
	{"mode unknown", "upstreams: {s: {url: postgres://a@b/c, mode: enforced}}", `s.yaml:1:46: upstreams.s.mode: unknown value "enforced" (did you mean "enforce"?)`},
	{"two passwords", "upstreams: {s: {url: postgres://a@b/c, password_file: a, password_env: B}}", "s.yaml:1:58: upstreams.s has both password_file and password_env"},
	{"password for a variable's name", "upstreams: {s: {url: postgres://a@b/c, password_env: \"hunter2!\"}}", "s.yaml:1:54: upstreams.s.password_env is not the name of an environment variable"},

	{"MySQL without an account", "upstreams: {s: {url: mysql://b/c}}", "s.yaml:1:22: upstreams.s.url does not say which account to log in as"},
	{"MySQL without a host", "upstreams: {s: {url: \"mysql://a@/c\"}}", "s.yaml:1:22: upstreams.s.url does not say which host and port"},
	{"MySQL with a password", "upstreams: {s: {url: \"mysql://a:b@c/d\"}}", "s.yaml:1:22: upstreams.s.url holds a password"},
	{"MySQL with a parameter of PostgreSQL", "upstreams: {s: {url: \"mysql://a@b/c?sslmode=require\"}}", `s.yaml:1:22: upstreams.s.url: parameter "sslmode" may not be set here (did you mean "ssl-mode"?)`},
	{"MySQL without knowing whether there is TLS", "upstreams: {s: {url: \"mysql://a@b/c?ssl-mode=PREFERRED\"}}", `s.yaml:1:22: upstreams.s.url: unknown ssl-mode "PREFERRED"`},
	{"MySQL with half a certificate", "upstreams: {s: {url: \"mysql://a@b/c?ssl-cert=/x\"}}", "s.yaml:1:22: upstreams.s.url: ssl-cert and ssl-key need each other"},
	{"MySQL with a key that TLS has no use for", "upstreams: {s: {url: \"mysql://a@b/c?server-public-key-path=/x\"}}", "s.yaml:1:22: upstreams.s.url: server-public-key-path goes with ssl-mode=DISABLED; inside TLS the certificate shows who the server is"},
	{"MySQL with a key of PostgreSQL", "upstreams: {s: {url: mysql://a@b/c, catalog: strict}}", "s.yaml:1:37: upstreams.s.catalog is for PostgreSQL only"},
	{"another scheme", "upstreams: {s: {url: http://a@b/c}}", "s.yaml:1:22: upstreams.s.url does not begin with postgres://"},
	{"key=value string", "upstreams: {s: {url: host=b user=a}}", "s.yaml:1:22: upstreams.s.url does not begin with postgres://"},
	{"password inline", "upstreams: {s: {url: \"postgres://a:hunter2@b/c\"}}", "s.yaml:1:22: upstreams.s.url holds a password (take it out and name a password_file or a password_env)"},
	{"empty password inline", "upstreams: {s: {url: \"postgres://a:@b/c\"}}", "s.yaml:1:22: upstreams.s.url holds a password"},
	{"password with a slash inline", "upstreams: {s: {url: \"postgres://a:hunter2/x@b/c\"}}", "s.yaml:1:22: upstreams.s.url"},
	{"password as parameter", "upstreams: {s: {url: \"postgres://a@b/c?password=hunter2\"}}", "s.yaml:1:22: upstreams.s.url holds a password"},
	{"no role", "upstreams: {s: {url: postgres://b/c}}", "s.yaml:1:22: upstreams.s.url does not say which role"},
	{"no database", "upstreams: {s: {url: postgres://a@b}}", "s.yaml:1:22: upstreams.s.url does not say which database"},
	{"no host", "upstreams: {s: {url: postgres://a@/c}}", "s.yaml:1:22: upstreams.s.url does not say which host"},
	{"bad port", "upstreams: {s: {url: \"postgres://a@b:99999/c\"}}", `s.yaml:1:22: upstreams.s.url: "99999" is not a port`},
	{"sslmode misspelt", "upstreams: {s: {url: postgres://a@b/c?sslmode=verify_full}}", `s.yaml:1:22: upstreams.s.url: unknown sslmode "verify_full" (did you mean "verify-full"?)`},
	{"sslmode twice", "upstreams: {s: {url: postgres://a@b/c?sslmode=disable&sslmode=verify-full}}", `s.yaml:1:22: upstreams.s.url: parameter "sslmode" stands twice`},
	{"options in the url", "upstreams: {s: {url: postgres://a@b/c?options=-crole%3Dx}}", `s.yaml:1:22: upstreams.s.url: parameter "options" may not be set here`},
	{"relative certificate", "upstreams: {s: {url: postgres://a@b/c?sslrootcert=ca.crt}}", "s.yaml:1:22: upstreams.s.url: sslrootcert must be an absolute path"},
	{"key without certificate", "upstreams: {s: {url: postgres://a@b/c?sslkey=/k}}", "s.yaml:1:22: upstreams.s.url: sslcert and sslkey need each other"},
	{"network host as parameter", "upstreams: {s: {url: postgres://a@/c?host=b}}", "s.yaml:1:22: upstreams.s.url: host must be the folder of a unix socket"},
	{"two kinds of host", "upstreams: {s: {url: postgres://a@b/c?host=/run}}", "s.yaml:1:22: upstreams.s.url: host and port are for unix sockets only"},

	{"scope misspelt", "upstreams:\n  shop:\n    url: postgres://a@b/c\n    forbid: [\"shop/public.orders:selct\"]\n", "s.yaml:4:34: upstreams.shop.forbid: expected "},
	{"scope misspelt, unquoted", "upstreams:\n  shop:\n    url: postgres://a@b/c\n    forbid:\n      - shop/public.orders:selct\n", "s.yaml:5:28: upstreams.shop.forbid: expected "},
	{"scope of another upstream", "upstreams: {s: {url: postgres://a@b/c, forbid: [\"crm/a.b:all\"]}}", `s.yaml:1:49: upstreams.s.forbid: "crm/a.b:all" does not speak of upstream "s"`},
}

func TestRefused(t *testing.T) {
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse("s.yaml", []byte(tt.text))
			if err == nil {
				t.Fatalf("was accepted as %+v", c)
			}
			if !strings.Contains("\n"+err.Error(), "\n"+tt.want) {
				t.Errorf("error:\n%v\nwant a line that begins:\n%s", err, tt.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}
