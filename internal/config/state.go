package config

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// State says where issued tokens, revocations and signing keys are kept. The
// zero State is data_dir.
type State struct {
	NATS    NATS
	Grace   time.Duration // how long a node goes on that has lost the registry; 0: it refuses everything
	KeyFile string        // absolute; with it the signing keys are sealed that several nodes share
}

// NATS is a cluster that several nodes share.
type NATS struct {
	Servers     []string // nats:// or tls://, host:port; empty: each node is alone
	Credentials string   // file, absolute; empty: none
	TLS         bool     // the connection is encrypted
	CA          string   // PEM files, absolute; empty: the system's
	Cert, Key   string   // both or neither
	Replicas    int
}

// Shared says whether several nodes share the state.
func (s *State) Shared() bool { return len(s.NATS.Servers) > 0 }

// maxGrace is how long a lost revocation may go unnoticed at most.
const maxGrace = time.Hour

func (r *reader) state(c *Config, n ast.Node) {
	c.places["state"] = r.at(n)
	var nats, loss ast.Node
	r.mapping(n, "state", fields{
		"nats":     func(n ast.Node) { nats = n; r.nats(c, n) },
		"on_loss":  func(n ast.Node) { loss = n; c.State.Grace = r.onLoss(n) },
		"key_file": func(n ast.Node) { c.State.KeyFile = r.path(n, "state.key_file", c) },
	})
	switch {
	case nats == nil && loss != nil:
		r.fail(loss, "remove it", "state.on_loss without state.nats: a node that is alone has nobody to lose")
	case nats == nil && c.State.KeyFile != "":
		p := c.places["state.key_file"]
		p.Message, p.Hint = "state.key_file without state.nats: a node that is alone keeps its keys in data_dir/keys", "remove it"
		r.errs = append(r.errs, p)
	case nats != nil && c.State.KeyFile == "":
		r.fail(nats, "openssl rand -base64 32 > FILE, mode 0400, the same on every node", "state.nats needs state.key_file: signing keys are shared only sealed")
	}
}

// onLoss reads `fence`, or `{grace: 5m}`.
func (r *reader) onLoss(n ast.Node) (grace time.Duration) {
	if _, ok := n.(ast.MapNode); !ok {
		if s, ok := r.text(n, "state.on_loss"); ok && s != "fence" {
			r.fail(n, "fence, or {grace: 5m}", "state.on_loss: unknown value %q", s)
		}
		return 0
	}
	r.mapping(n, "state.on_loss", fields{"grace": func(n ast.Node) {
		grace = r.duration(n, "state.on_loss.grace")
		if grace > maxGrace {
			r.fail(n, "at most 1h", "state.on_loss.grace %v is too long", grace)
		}
		r.warn(n, "state.on_loss: a node that has lost the registry goes on for %v, and may forward statements of revoked tokens", grace)
	}})
	return grace
}

func (r *reader) nats(c *Config, n ast.Node) {
	s := &c.State.NATS
	s.Replicas = 3
	plain := map[ast.Node]string{}
	seen := r.mapping(n, "state.nats", fields{
		"servers":     func(n ast.Node) { r.natsServers(s, n, plain) },
		"credentials": func(n ast.Node) { s.Credentials = r.path(n, "state.nats.credentials", c) },
		"tls":         func(n ast.Node) { r.natsTLS(c, n) },
		"replicas": func(n ast.Node) {
			v, ok := n.(*ast.IntegerNode)
			if !ok || !slices.Contains([]string{"1", "3", "5"}, v.GetToken().Value) {
				r.fail(n, "1, 3 or 5", "state.nats.replicas is not a number of replicas")
				return
			}
			s.Replicas = int(v.GetToken().Value[0] - '0')
		},
	})
	if len(s.Servers) == 0 && seen["servers"] == nil {
		r.fail(n, `for example ["tls://nats-1:4222"]`, "state.nats needs servers")
	}
	for at, server := range plain {
		if !s.TLS {
			r.fail(at, "write tls://, or give state.nats.tls", "state.nats.servers: %q would be spoken to in the clear", server)
		}
	}
}

func (r *reader) natsServers(s *NATS, n ast.Node, plain map[ast.Node]string) {
	r.list(n, "state.nats.servers", func(item ast.Node) {
		text, ok := r.text(item, "state.nats.servers")
		if !ok {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "nats" && u.Scheme != "tls" || u.Hostname() == "" || u.Port() == "" || strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" {
			r.fail(item, `for example "tls://nats-1:4222"`, "state.nats.servers: not a server to connect to")
			return
		}
		if u.User != nil {
			r.fail(item, "use state.nats.credentials", "state.nats.servers: no secret belongs into this file")
			return
		}
		if u.Scheme == "tls" {
			s.TLS = true
		} else if !loopback(u.Hostname()) {
			plain[item] = text
		}
		s.Servers = append(s.Servers, text)
	})
	if len(s.Servers) == 0 && len(r.errs) == 0 {
		r.fail(n, `for example ["tls://nats-1:4222"]`, "state.nats.servers is empty")
	}
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() || net.ParseIP(host) == nil && host == "localhost"
}

func (r *reader) natsTLS(c *Config, n ast.Node) {
	s := &c.State.NATS
	s.TLS = true
	seen := r.mapping(n, "state.nats.tls", fields{
		"ca":   func(n ast.Node) { s.CA = r.path(n, "state.nats.tls.ca", c) },
		"cert": func(n ast.Node) { s.Cert = r.path(n, "state.nats.tls.cert", c) },
		"key":  func(n ast.Node) { s.Key = r.path(n, "state.nats.tls.key", c) },
	})
	if (seen["cert"] == nil) != (seen["key"] == nil) {
		r.fail(n, "", "state.nats.tls needs both cert and key, or neither")
	}
}

// SealingKey reads the key under which signing keys are sealed: 32 bytes, in
// base64 on one line.
func (s *State) SealingKey() (key [32]byte, err error) {
	text, err := readSecret(s.KeyFile)
	if err != nil {
		return key, err
	}
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(data) != len(key) {
		return key, fmt.Errorf("%s does not hold 32 bytes in base64: make it with `openssl rand -base64 32`", s.KeyFile)
	}
	copy(key[:], data)
	return key, nil
}
