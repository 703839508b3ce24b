// Package api is how the server is spoken to beside the databases' own wires: HTTP and JSON for its commands over a
// unix socket that only its own user can open, and a public listener for health, metrics and public keys.
//
// The socket is the whole authorisation of the commands: it lies in data_dir, whose reader could sign tokens anyway.
// Nothing that changes anything is reachable over the network.
package api

import (
	"net/netip"
	"time"

	"github.com/sallyport-db/sallyport/internal/registry"
)

// IssueRequest asks for a token: POST /v1/tokens.
type IssueRequest struct {
	Subject string   `json:"sub"`
	Scope   []string `json:"scope"`         // each in the scope's syntax; the token has all of them
	From    []string `json:"from"`          // addresses and CIDRs, or `any` alone
	TTL     string   `json:"ttl,omitempty"` // as "15m"; empty: the server's default

	Certificate string  `json:"x5t#S256,omitempty"`  // thumbprint of the client certificate that it is bound to
	SPIFFE      string  `json:"spiffe_id,omitempty"` // instead, the SPIFFE ID in that certificate
	Limits      *Limits `json:"lim,omitempty"`
	Handle      bool    `json:"handle,omitempty"` // hand out a handle in its place
	Canary      bool    `json:"canary,omitempty"` // allows nothing, and tells of whoever tries it
}

// RotateRequest puts a token in the place of one: POST /v1/tokens/{id}/rotate.
type RotateRequest struct {
	Overlap string   `json:"overlap,omitempty"` // how long the old one lives on, as "30s"; empty: not at all
	TTL     string   `json:"ttl,omitempty"`     // empty: that of the old one
	Scope   []string `json:"scope,omitempty"`   // within the old one's; empty: the same
}

// DeriveRequest asks for a narrower token of one's own: POST /v1/tokens/derive.
type DeriveRequest struct {
	Token  string   `json:"token"` // the parent, itself or by its handle
	Scope  []string `json:"scope"`
	TTL    string   `json:"ttl,omitempty"`  // empty: the default, or what is left of the parent's
	From   []string `json:"from,omitempty"` // empty: the parent's
	Actor  string   `json:"act,omitempty"`  // who acts for the parent's subject
	Limits *Limits  `json:"lim,omitempty"`
	Handle bool     `json:"handle,omitempty"`
}

// Limits bound what a token may be used for. Zero is no limit.
type Limits struct {
	Rows       int64 `json:"rows,omitempty"`
	Bytes      int64 `json:"bytes,omitempty"`
	Statements int64 `json:"statements,omitempty"`
}

// Issued answers it. Secret is the token itself, which is kept nowhere.
type Issued struct {
	Secret string `json:"token"`
	Token
}

// Token is a registered token as far as it is remembered: the token itself cannot be made from it.
type Token struct {
	registry.Record
	State State `json:"state"`
}

// State says whether a registered token can still be used.
type State string

// The states of a token.
const (
	Active  State = "active"
	Expired State = "expired"
	Revoked State = "revoked"
	Canary  State = "canary"  // allows nothing
	Foreign State = "foreign" // not of this cluster
)

// RevokeRequest revokes what it names, in exactly one way: POST /v1/tokens/revoke.
type RevokeRequest struct {
	ID      string `json:"id,omitempty"`
	Token   string `json:"token,omitempty"` // itself, or its handle
	Subject string `json:"sub,omitempty"`
	Family  string `json:"fam,omitempty"`
	All     bool   `json:"all,omitempty"`
}

// RevokeResult says what a revocation ended.
type RevokeResult struct {
	ID            string   `json:"id,omitempty"`
	Subject       string   `json:"sub,omitempty"`
	Family        string   `json:"fam,omitempty"`
	All           bool     `json:"all,omitempty"`
	SessionsEnded int      `json:"sessions_ended"`   // on this node
	Nodes         int      `json:"nodes"`            // that have applied it
	Lapsed        []string `json:"lapsed,omitempty"` // nodes that let nothing through until they have
}

// LeakRequest brings tokens that were found somewhere: POST /v1/leaks.
type LeakRequest struct {
	Tokens []string `json:"tokens"`
}

// Leak says what one of them is.
type Leak struct {
	ID      string `json:"id,omitempty"`
	Subject string `json:"sub,omitempty"`
	State   State  `json:"state"`
	Now     bool   `json:"revoked_now,omitempty"` // by this request
}

// Session is a live session.
type Session struct {
	ID          string         `json:"id"`
	TokenID     string         `json:"token"`
	Subject     string         `json:"sub"`
	Upstream    string         `json:"upstream"`
	Protocol    string         `json:"protocol"`
	Database    string         `json:"database,omitempty"`
	Application string         `json:"application_name,omitempty"`
	Source      netip.AddrPort `json:"source"`
	TLS         string         `json:"tls,omitempty"` // empty: none
	Mode        string         `json:"mode"`          // of the upstream: enforce or observe
	Opened      time.Time      `json:"opened"`
	Expires     time.Time      `json:"expires"`
	Statements  uint64         `json:"statements"`
	State       string         `json:"state"` // idle or active
}

// ExplainRequest asks what a statement would do, and whether a scope lets it pass: POST /v1/explain.
type ExplainRequest struct {
	Upstream string   `json:"upstream"`
	Scope    []string `json:"scope"`
	SQL      string   `json:"sql"`
	// SearchPath is as SET search_path takes it; empty: what a session begins with.
	SearchPath string `json:"search_path,omitempty"`
}

// Explanation is the verdict on one statement of a text. Positions are byte offsets in the whole text.
type Explanation struct {
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Tag      string   `json:"tag,omitempty"` // the command tag: SELECT, INSERT; empty: not understood
	Accesses []Access `json:"accesses"`
	Allow    bool     `json:"allow"`
	Rule     string   `json:"rule"`
	Reason   string   `json:"reason,omitempty"`
	Missing  string   `json:"missing,omitempty"`  // what would have to be granted as well, in the scope's syntax
	Position *int     `json:"position,omitempty"` // of what decided, where it can be named
	Notes    []string `json:"notes,omitempty"`    // what else is to be known, in sentences
}

// Access is one thing that a statement does.
type Access struct {
	Op       string   `json:"op"`
	Object   string   `json:"object"` // schema.name, percent-encoded as in a scope; functions end in ()
	Columns  []string `json:"columns,omitempty"`
	Free     bool     `json:"free,omitempty"` // needs no grant
	Position *int     `json:"position,omitempty"`

	Grants    []string `json:"grants,omitempty"`    // of the scope, that cover it
	Missing   string   `json:"missing,omitempty"`   // what would have to be granted as well
	Forbidden []string `json:"forbidden,omitempty"` // what of the forbid list it touches
}

// ReloadResult says which keys of the configuration have changed: POST /v1/reload.
type ReloadResult struct {
	Changed []string `json:"changed"`
}

// Info says what a command needs to know of the running server: GET /v1/info.
type Info struct {
	Version   string   `json:"version"`
	Cluster   string   `json:"cluster"`
	PID       int      `json:"pid"`
	Postgres  string   `json:"postgres"`          // the address that clients connect to, host:port
	MySQL     string   `json:"mysql,omitempty"`   // ... with MySQL's protocol; empty where no upstream speaks it
	HTTP      string   `json:"http,omitempty"`    // host:port
	CAFile    string   `json:"ca_file,omitempty"` // what clients verify the server with; empty: a configured certificate
	Upstreams []string `json:"upstreams"`

	MySQLUpstreams []string `json:"mysql_upstreams,omitempty"` // those of Upstreams that are MySQL or MariaDB
}
