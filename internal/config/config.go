// Package config reads Sallyport's one configuration file, strictly: an unknown or repeated key, a value of the wrong
// type and a value that cannot work are each refused with the file, the line and the column, all of them in one go.
//
// Rules that the code here follows:
//   - a key that this version cannot honour is refused rather than ignored, where ignoring it would weaken what the
//     operator asked for; otherwise it is a warning;
//   - what is left out gets the strict value;
//   - nothing is expanded: no environment variables, no includes, no YAML anchors. Secrets come from files or from the
//     environment by name;
//   - relative paths are relative to the folder of the configuration file, so that the server and the commands that
//     look for its admin socket agree whatever folder each was started in.
package config

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"time"
)

// maxFileBytes bounds the configuration file; a real one is a few KiB.
const maxFileBytes = 1 << 20

// Config is the whole configuration, validated. It is not changed after Load and may be shared between goroutines.
type Config struct {
	File    string // absolute path of the file it was read from
	Cluster string // the tokens' audience
	Listen  Listen
	DataDir string // absolute
	State   State
	TLS     TLS
	// InsecurePlaintextFrom lists the client networks that may log in without TLS; loopback always may.
	InsecurePlaintextFrom []netip.Prefix
	// ProxyProtocolFrom lists the peers that must send a PROXY header, and whose header is believed.
	ProxyProtocolFrom []netip.Prefix
	DenialHints       bool       // a denial tells the client which grant its token lacks
	Upstreams         []Upstream // sorted by name, at least one
	Tokens            Tokens
	Audit             Audit
	API               API
	Issuers           []Issuer // identity providers, in the order of the file
	Grants            []Grant  // what their tokens may be exchanged for, in the order of the file
	// Warnings are things that work but should be known; log them at start and print them in `config check`.
	Warnings Errors

	shown  string             // the file's name as the user wrote it, for messages
	places map[string]Problem // where keys stand whose values are looked at after Load: files, and what a reload cannot change
	urlTLS []urlFile          // files named in the URLs of upstreams
}

// Listen holds host:port addresses. An empty host means every interface, port 0 any free port.
type Listen struct {
	Postgres string
	MySQL    string // empty where no upstream is MySQL
	HTTP     string
}

// API is what is offered over HTTPS on listen.http.
type API struct {
	URL string // https://host:port under which clients reach it; empty: it is not offered
}

// TLS names the server's own certificate. All empty: a private CA and a certificate are made in data_dir/tls.
type TLS struct {
	Cert, Key string // PEM files, absolute; both or neither
	ClientCA  string // PEM file, absolute; client certificates are verified against it when a client presents one
}

// Tokens bounds the life of tokens. Both are always set and never longer than MaxTokenTTL.
type Tokens struct {
	DefaultTTL, MaxTTL time.Duration
	// RevokeOnMisuse revokes the family of a token that is shown by somebody who should not have it.
	RevokeOnMisuse bool
}

// Audit says how the audit log is kept.
type Audit struct {
	Durability string // "process": in the kernel before a statement is forwarded; "disk": on disk
}

// MaxTokenTTL is the longest life that can be configured: tokens are never unlimited.
const MaxTokenTTL = 24 * time.Hour

// Load reads and validates the file at path. Its error is an Errors with every problem found, or says why the file
// could not be read at all.
func Load(path string) (*Config, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", path, err)
	}
	f, err := os.Open(abs)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("configuration %s does not exist: name another with --config or SALLYPORT_CONFIG", path)
	}
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return parse(path, abs, data)
}

// Parse validates a configuration that is not in a file of its own (one embedded in a manifest). The name stands in
// messages, and relative paths are relative to its folder.
func Parse(name string, data []byte) (*Config, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("configuration %s: %w", name, err)
	}
	return parse(name, abs, data)
}

// parse reads data. shown is the file's name as the user wrote it, for messages.
func parse(shown, abs string, data []byte) (*Config, error) {
	r := &reader{file: shown, dir: filepath.Dir(abs)}
	root := r.document(data)
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	c := &Config{
		File:    abs,
		shown:   shown,
		Cluster: "sallyport",
		Listen:  Listen{Postgres: "127.0.0.1:6432", MySQL: "127.0.0.1:6306", HTTP: "127.0.0.1:6480"},
		DataDir: filepath.Join(r.dir, "data"),
		Tokens:  Tokens{DefaultTTL: 15 * time.Minute, MaxTTL: time.Hour},
		Audit:   Audit{Durability: "process"},
		places:  map[string]Problem{},

		DenialHints: true,
	}
	r.config(c, root)
	if len(r.errs) > 0 {
		r.errs.sort()
		return nil, r.errs
	}
	c.Warnings = r.warnings
	return c, nil
}

// Upstream returns the upstream of that name.
func (c *Config) Upstream(name string) (*Upstream, bool) {
	for i := range c.Upstreams {
		if c.Upstreams[i].Name == name {
			return &c.Upstreams[i], true
		}
	}
	return nil, false
}
